;; One local for several values, one of which goes around a loop.
(module
  (memory 1)
  (func (export "reused") (param $n i32) (result i32) (local $x i32)
    (local.set $x (i32.load8_s (local.get $n)))
    (i32.store (i32.const 8) (i32.shr_s (local.get $x) (local.get $n)))
    (local.set $x (i32.sub (local.get $n) (i32.const 200)))
    (loop $next
      (i32.store8 offset=300 (i32.and (local.get $x) (i32.const 63)) (local.get $x))
      (local.set $x (i32.add (local.get $x) (i32.const 13)))
      (br_if $next (i32.lt_s (local.get $x) (i32.const 0))))
    (i32.store (i32.const 12) (local.get $x))
    (local.set $x (i32.load offset=300 (i32.const 16)))
    (i32.mul (local.get $x) (i32.xor (local.get $x) (i32.load (i32.const 12))))))
