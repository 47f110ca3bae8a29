;; An arm of an `if` with a value is not evaluated unless it is chosen.
(module
  (import "host" "echo" (func $e (param i32) (result i32)))
  (func (export "guarded") (param $a i32) (param $b i32) (result i32)
    (if (result i32) (local.get $b)
      (then (i32.div_s (local.get $a) (local.get $b)))
      (else (i32.const 0))))
  (func (export "calls") (param $c i32) (result i32)
    (i32.add
      (call $e (i32.const 1))
      (if (result i32) (call $e (local.get $c))
        (then (call $e (i32.const 2)))
        (else (call $e (i32.const 3)))))))
