;; Wraparound addition, subtraction and multiplication, alone and in an expression.
(module
  (func (export "add") (param $a i32) (param $b i32) (result i32)
    (i32.add (local.get $a) (local.get $b)))
  (func (export "sub") (param $a i32) (param $b i32) (result i32)
    (i32.sub (local.get $a) (local.get $b)))
  (func (export "mul") (param $a i32) (param $b i32) (result i32)
    (i32.mul (local.get $a) (local.get $b)))
  (func (export "polynomial") (param $x i32) (result i32)
    ;; x * x * 3 + x * 5 - 7
    (i32.sub
      (i32.add
        (i32.mul (i32.mul (local.get $x) (local.get $x)) (i32.const 3))
        (i32.mul (local.get $x) (i32.const 5)))
      (i32.const 7)))
  (func (export "negate") (param $x i32) (result i32)
    (i32.sub (i32.const 0) (local.get $x))))
