;; A value chosen without a branch; operands that may trap are evaluated all the same.
(module
  (func (export "max") (param $a i32) (param $b i32) (result i32)
    (select (local.get $a) (local.get $b) (i32.gt_s (local.get $a) (local.get $b))))
  (func (export "clamp") (param $x i32) (result i32)
    (local.set $x (select (local.get $x) (i32.const 0) (i32.ge_s (local.get $x) (i32.const 0))))
    (select (local.get $x) (i32.const 255) (i32.le_s (local.get $x) (i32.const 255))))
  (func (export "chosen_or_trap") (param $a i32) (param $b i32) (result i32)
    (select (i32.const 1) (i32.div_u (local.get $a) (local.get $b)) (i32.eqz (local.get $b))))
  (func (export "typed") (param $first externref) (param $second externref) (param $which i32)
    (result externref)
    (select (result externref) (local.get $first) (local.get $second) (local.get $which))))
