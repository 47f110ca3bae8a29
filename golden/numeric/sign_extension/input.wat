;; The low bits of a value taken as signed.
(module
  (func (export "extend8_s") (param $a i32) (result i32)
    (i32.extend8_s (local.get $a)))
  (func (export "extend16_s") (param $a i32) (result i32)
    (i32.extend16_s (local.get $a)))
  (func (export "i64_extend8_s") (param $a i64) (result i64) (i64.extend8_s (local.get $a)))
  (func (export "i64_extend16_s") (param $a i64) (result i64) (i64.extend16_s (local.get $a)))
  (func (export "i64_extend32_s") (param $a i64) (result i64) (i64.extend32_s (local.get $a)))
)
