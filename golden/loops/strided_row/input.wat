;; Stores with gaps between them, as in the sieve of Eratosthenes.
(module
  (memory 1)
  (func (export "column") (local $i i32)
    (loop $next
      (i32.store16 offset=6 (i32.shl (local.get $i) (i32.const 4)) (i32.const 0x0102))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $next (i32.ne (local.get $i) (i32.const 40)))))
  (func (export "primes_below") (param $end i32) (result i32)
    (local $p i32) (local $i i32) (local $count i32)
    (local.set $p (i32.const 2))
    (loop $numbers
      (if (i32.eqz (i32.load8_u offset=1024 (local.get $p)))
        (then
          (local.set $count (i32.add (local.get $count) (i32.const 1)))
          (local.set $i (local.get $p))
          (loop $multiples
            (i32.store8 (i32.add (local.get $i) (i32.const 1024)) (i32.const 1))
            (local.set $i (i32.add (local.get $i) (local.get $p)))
            (br_if $multiples (i32.lt_u (local.get $i) (local.get $end))))))
      (local.set $p (i32.add (local.get $p) (i32.const 1)))
      (br_if $numbers (i32.lt_u (local.get $p) (local.get $end))))
    (local.get $count))
  (func (export "sum") (param $from i32) (param $count i32) (result i32) (local $s i32)
    (loop $next
      (local.set $s
        (i32.add
          (i32.mul (local.get $s) (i32.const 3))
          (i32.load8_u (local.get $from))))
      (local.set $from (i32.add (local.get $from) (i32.const 1)))
      (local.set $count (i32.sub (local.get $count) (i32.const 1)))
      (br_if $next (i32.gt_s (local.get $count) (i32.const 0))))
    (local.get $s)))
