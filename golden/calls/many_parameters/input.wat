;; More parameters and results than fit on a line.
(module
  (func $weighted (export "weighted")
    (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
    (i32.add
      (i32.add
        (i32.add (local.get 0) (i32.mul (local.get 1) (i32.const 2)))
        (i32.add (i32.mul (local.get 2) (i32.const 3)) (i32.mul (local.get 3) (i32.const 4))))
      (i32.add
        (i32.add (i32.mul (local.get 4) (i32.const 5)) (i32.mul (local.get 5) (i32.const 6)))
        (i32.add
          (i32.add (i32.mul (local.get 6) (i32.const 7)) (i32.mul (local.get 7) (i32.const 8)))
          (i32.add
            (i32.add (i32.mul (local.get 8) (i32.const 9)) (local.get 9))
            (i32.sub (local.get 10) (local.get 11)))))))
  (func (export "call") (param $x i32) (result i32)
    (call $weighted
      (local.get $x) (i32.const 100000) (i32.const 200000) (i32.const 300000)
      (i32.const 400000) (i32.const 500000) (i32.const 600000) (i32.const 700000)
      (i32.const 800000) (i32.const 900000) (i32.const 1000000) (local.get $x))))
