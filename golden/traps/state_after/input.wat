;; What was done before a trap stays done.
(module
  (memory 1)
  (global $g (export "g") (mut i32) (i32.const 0))
  (func (export "run") (param $d i32) (result i32)
    (global.set $g (i32.add (global.get $g) (i32.const 1)))
    (i32.store (i32.const 0) (global.get $g))
    (i32.div_u (i32.const 10) (local.get $d)))
  (func (export "state") (result i32 i32) (global.get $g) (i32.load (i32.const 0))))
