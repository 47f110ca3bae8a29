;; Division by zero, overflow of a division, conversions out of range.
(module
  (func (export "div") (param $a i64) (param $b i64) (result i64)
    (i64.div_s (local.get $a) (local.get $b)))
  (func (export "modulo") (param $a i32) (param $b i32) (result i32)
    (i32.rem_u (local.get $a) (local.get $b)))
  (func (export "overflow") (param $a i32) (result i32)
    (i32.div_s (local.get $a) (i32.const -1)))
  (func (export "to_int") (param $x f64) (result i32) (i32.trunc_f64_s (local.get $x)))
  (func (export "constant_zero") (result i32) (i32.div_u (i32.const 1) (i32.const 0)))
  (func (export "no_trap") (param $b i32) (result i32)
    (i32.div_u (i32.const 100) (i32.or (local.get $b) (i32.const 1)))))
