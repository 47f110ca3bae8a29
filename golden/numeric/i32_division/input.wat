;; Division and remainder: truncated towards zero, with their traps.
(module
  (func (export "div_s") (param $a i32) (param $b i32) (result i32)
    (i32.div_s (local.get $a) (local.get $b)))
  (func (export "div_u") (param $a i32) (param $b i32) (result i32)
    (i32.div_u (local.get $a) (local.get $b)))
  (func (export "rem_s") (param $a i32) (param $b i32) (result i32)
    (i32.rem_s (local.get $a) (local.get $b)))
  (func (export "rem_u") (param $a i32) (param $b i32) (result i32)
    (i32.rem_u (local.get $a) (local.get $b)))
  ;; By a constant there is nothing left to check.
  (func (export "tenth_s") (param $a i32) (result i32)
    (i32.div_s (local.get $a) (i32.const 10)))
  (func (export "tenth_u") (param $a i32) (result i32)
    (i32.div_u (local.get $a) (i32.const 10)))
  (func (export "last_digit") (param $a i32) (result i32)
    (i32.rem_u (local.get $a) (i32.const 10)))
  (func (export "remainder_by_minus_one") (param $a i32) (result i32)
    (i32.rem_s (local.get $a) (i32.const -1))))
