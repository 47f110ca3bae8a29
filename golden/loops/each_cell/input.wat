;; Loops that go through cells: a checksum of bytes, and the largest sum of neighbours.
(module
  (memory 1)
  (func (export "fill") (local $i i32)
    (loop $next
      (i32.store16 (local.get $i) (i32.mul (local.get $i) (i32.const 40503)))
      (local.set $i (i32.add (local.get $i) (i32.const 2)))
      (br_if $next (i32.lt_u (local.get $i) (i32.const 65536)))))
  (func (export "adler32") (param $p i32) (result i32)
    (local $i i32) (local $a i32) (local $b i32)
    (local.set $a (i32.const 1))
    (local.set $i (i32.const 500))
    (loop $next
      (local.set $a
        (i32.rem_u
          (i32.add (local.get $a) (i32.load8_u (local.get $p)))
          (i32.const 65521)))
      (local.set $b
        (i32.rem_u (i32.add (local.get $b) (local.get $a)) (i32.const 65521)))
      (local.set $p (i32.add (local.get $p) (i32.const 1)))
      (br_if $next (local.tee $i (i32.sub (local.get $i) (i32.const 1)))))
    (i32.or (i32.shl (local.get $b) (i32.const 16)) (local.get $a)))
  (func (export "largest") (result i32) (local $p i32) (local $s i32) (local $m i32)
    (local.set $p (i32.const 400))
    (loop $next
      (local.set $s
        (i32.add
          (i32.load16_s (local.get $p))
          (i32.load offset=4 (local.get $p))))
      (if (i32.gt_s (local.get $s) (local.get $m))
        (then (local.set $m (local.get $s)) (i32.store (i32.const 0) (local.get $p))))
      (local.set $p (i32.sub (local.get $p) (i32.const 4)))
      (br_if $next (local.get $p)))
    (local.get $m)))
