;; Operands are evaluated from left to right, whatever becomes of them.
(module
  (import "host" "echo" (func $e (param i32) (result i32)))
  (func (export "arguments") (result i32)
    (i32.sub
      (i32.mul (call $e (i32.const 1)) (call $e (i32.const 2)))
      (i32.add (call $e (i32.const 3)) (call $e (i32.const 4)))))
  (func (export "selected") (param $c i32) (result i32)
    (select (call $e (i32.const 1)) (call $e (i32.const 2)) (call $e (local.get $c))))
  (func $f (param i32 i32 i32) (result i32) (local.get 1))
  (func (export "call") (result i32)
    (call $f (call $e (i32.const 7)) (call $e (i32.const 8)) (call $e (i32.const 9))))
  (func (export "dropped") (result i32)
    (drop (call $e (i32.const 1)))
    (drop (i32.add (call $e (i32.const 2)) (i32.const 5)))
    (call $e (i32.const 3)))
  (func (export "compared_backwards") (result i32)
    ;; a > b with the operands' calls in order.
    (i32.gt_u (call $e (i32.const 5)) (call $e (i32.const 6)))))
