;; Floats move through memory as bits: a signalling NaN is not made quiet.
(module
  (memory 1)
  (func (export "copy_f32") (param $bits i32) (result i32)
    (i32.store (i32.const 0) (local.get $bits))
    (f32.store (i32.const 4) (f32.load (i32.const 0)))
    (i32.load (i32.const 4)))
  (func (export "copy_f64") (param $bits i64) (result i64)
    (i64.store (i32.const 8) (local.get $bits))
    (f64.store (i32.const 16) (f64.load (i32.const 8)))
    (i64.load (i32.const 16)))
  (func (export "sum") (param $n i32) (result f64)
    (local $i i32) (local $s f64)
    (loop $next
      (f64.store (i32.shl (local.get $i) (i32.const 3)) (f64.convert_i32_u (local.get $i)))
      (local.set $s (f64.add (local.get $s) (f64.load (i32.shl (local.get $i) (i32.const 3)))))
      (br_if $next
        (i32.lt_u
          (local.tee $i (i32.add (local.get $i) (i32.const 1)))
          (local.get $n))))
    (local.get $s)))
