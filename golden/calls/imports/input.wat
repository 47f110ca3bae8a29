;; Calls of host functions; a host function as an export.
(module
  (import "host" "log" (func $log (param i32 f64)))
  (import "host" "echo" (func $echo (param i64) (result i64)))
  (export "log" (func $log))
  (func (export "call") (param $x i32) (result i64)
    (call $log (local.get $x) (f64.convert_i32_s (local.get $x)))
    (i64.add (call $echo (i64.extend_i32_s (local.get $x))) (i64.const 1))))
