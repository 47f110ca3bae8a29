;; An operand of the wrong type.
(module
  (func $half (param f64) (result f64)
    (f64.div (local.get 0) (i32.const 2))))
