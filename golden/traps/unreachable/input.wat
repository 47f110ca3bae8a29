;; `unreachable` traps when it is reached.
(module
  (func (export "always") (unreachable))
  (func (export "sometimes") (param $x i32) (result i32)
    (if (i32.gt_u (local.get $x) (i32.const 10)) (then (unreachable)))
    (i32.mul (local.get $x) (i32.const 2)))
  (func (export "as_value") (param $x i32) (result i32)
    (i32.add (local.get $x) (unreachable)))
  (func (export "default") (param $x i32) (result i32)
    (block $a
      (block $bad
        (br_table $a $bad (local.get $x)))
      (unreachable))
    (i32.const 1)))
