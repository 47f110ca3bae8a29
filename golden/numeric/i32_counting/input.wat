;; Leading and trailing zeros, population count; zero has 32 of the first two.
(module
  (func (export "clz") (param $a i32) (result i32)
    (i32.clz (local.get $a)))
  (func (export "ctz") (param $a i32) (result i32)
    (i32.ctz (local.get $a)))
  (func (export "popcnt") (param $a i32) (result i32)
    (i32.popcnt (local.get $a)))
  (func (export "log2") (param $a i32) (result i32)
    (i32.sub (i32.const 31) (i32.clz (local.get $a))))
  (func (export "is_power_of_two") (param $a i32) (result i32)
    (i32.eq (i32.popcnt (local.get $a)) (i32.const 1)))
  ;; A number is folded into the conversion, and is not a variable that has methods.
  (func (export "clz_of_constant") (result i64) (i64.clz (i64.extend_i32_u (i32.const 5)))))
