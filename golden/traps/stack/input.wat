;; Recursion without end exhausts the stack; deep recursion with one does not.
(module
  (func $forever (export "forever") (param $n i32) (result i32)
    (i32.add (call $forever (i32.add (local.get $n) (i32.const 1))) (i32.const 1)))
  (func $depth (export "depth") (param $n i32) (result i32)
    (if (result i32) (local.get $n)
      (then
        (i32.add
          (i32.const 1)
          (call $depth (i32.sub (local.get $n) (i32.const 1)))))
      (else (i32.const 0)))))
