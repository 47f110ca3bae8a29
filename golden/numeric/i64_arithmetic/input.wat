;; The 64-bit integers: past the range that a machine float or a small int holds.
(module
  (func (export "add") (param $a i64) (param $b i64) (result i64)
    (i64.add (local.get $a) (local.get $b)))
  (func (export "sub") (param $a i64) (param $b i64) (result i64)
    (i64.sub (local.get $a) (local.get $b)))
  (func (export "mul") (param $a i64) (param $b i64) (result i64)
    (i64.mul (local.get $a) (local.get $b)))
  (func (export "div_s") (param $a i64) (param $b i64) (result i64)
    (i64.div_s (local.get $a) (local.get $b)))
  (func (export "div_u") (param $a i64) (param $b i64) (result i64)
    (i64.div_u (local.get $a) (local.get $b)))
  (func (export "rem_s") (param $a i64) (param $b i64) (result i64)
    (i64.rem_s (local.get $a) (local.get $b)))
  (func (export "rem_u") (param $a i64) (param $b i64) (result i64)
    (i64.rem_u (local.get $a) (local.get $b)))
  (func (export "multiply_high_half") (param $a i32) (param $b i32) (result i32)
    (i32.wrap_i64
      (i64.shr_u
        (i64.mul (i64.extend_i32_u (local.get $a)) (i64.extend_i32_u (local.get $b)))
        (i64.const 32)))))
