;; Pointers to words, kept in units of words, and indices that are scaled to addresses.
(module
  (memory 1)
  (func (export "fill") (param $n i32) (local $i i32)
    (loop $next
      (i32.store offset=1024
        (i32.shl (local.get $i) (i32.const 2))
        (i32.mul (local.get $i) (i32.const 0x9e3779b1)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $i) (local.get $n)))))
  (func (export "reversed") (param $n i32) (result i32) (local $p i32) (local $q i32) (local $x i32)
    (local.set $p (i32.const 1024))
    (local.set $q (i32.add (i32.shl (local.get $n) (i32.const 2)) (i32.const 1020)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $p) (local.get $q)))
        (local.set $x (i32.load (local.get $p)))
        (i32.store (local.get $p) (i32.load (local.get $q)))
        (i32.store (local.get $q) (local.get $x))
        (local.set $p (i32.add (local.get $p) (i32.const 4)))
        (local.set $q (i32.sub (local.get $q) (i32.const 4)))
        (br $next)))
    (i32.load offset=4 (local.get $p)))
  (func (export "word") (param $i i32) (result i32)
    (i32.load offset=1024 (i32.shl (local.get $i) (i32.const 2)))))
