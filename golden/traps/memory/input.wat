;; The last byte of memory, and one past it.
(module
  (memory 1)
  (func (export "load8") (param $p i32) (result i32) (i32.load8_s (local.get $p)))
  (func (export "load16") (param $p i32) (result i32) (i32.load16_u (local.get $p)))
  (func (export "load64") (param $p i32) (result i64) (i64.load (local.get $p)))
  (func (export "store32") (param $p i32) (i32.store (local.get $p) (i32.const 1)))
  (func (export "negative") (result i32) (i32.load (i32.const -4)))
  (func (export "copy") (param $n i32) (memory.copy (i32.const 8) (i32.const 0) (local.get $n)))
  (func (export "fill") (param $n i32) (memory.fill (i32.const 1) (i32.const 0) (local.get $n))))
