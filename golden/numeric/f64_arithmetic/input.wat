;; Floats divide by zero without a trap; square roots of negative numbers are NaN.
(module
  (func (export "add") (param $a f64) (param $b f64) (result f64)
    (f64.add (local.get $a) (local.get $b)))
  (func (export "sub") (param $a f64) (param $b f64) (result f64)
    (f64.sub (local.get $a) (local.get $b)))
  (func (export "mul") (param $a f64) (param $b f64) (result f64)
    (f64.mul (local.get $a) (local.get $b)))
  (func (export "div") (param $a f64) (param $b f64) (result f64)
    (f64.div (local.get $a) (local.get $b)))
  (func (export "sqrt") (param $a f64) (result f64)
    (f64.sqrt (local.get $a)))
  (func (export "neg") (param $a f64) (result f64)
    (f64.neg (local.get $a)))
  (func (export "abs") (param $a f64) (result f64)
    (f64.abs (local.get $a)))
  (func (export "hypotenuse") (param $a f64) (param $b f64) (result f64)
    (f64.sqrt
      (f64.add
        (f64.mul (local.get $a) (local.get $a))
        (f64.mul (local.get $b) (local.get $b))))))
