;; An offset is added without wrapping around: beyond 4 GiB is out of bounds.
(module
  (memory 1)
  (data (i32.const 0) "0123456789abcdef")
  (func (export "field") (param $p i32) (result i32) (i32.load offset=8 (local.get $p)))
  (func (export "far") (param $p i32) (result i32) (i32.load8_u offset=4294967295 (local.get $p)))
  (func (export "constant") (result i32) (i32.load8_u offset=5 (i32.const 5)))
  (func (export "added") (param $p i32) (result i32)
    ;; Not an offset: this addition wraps around.
    (i32.load8_u (i32.add (local.get $p) (i32.const 8))))
  (func (export "record") (param $p i32) (result i64)
    (i64.add
      (i64.load32_u (local.get $p))
      (i64.load offset=4 align=4 (local.get $p)))))
