;; The start function runs once, when the module is instantiated.
(module
  (import "host" "log" (func $log (param i32)))
  (global $state (mut i32) (i32.const 1))
  (func $start
    (call $log (global.get $state))
    (global.set $state (i32.const 42)))
  (start $start)
  (func (export "state") (result i32) (global.get $state)))
