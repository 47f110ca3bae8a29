;; Stores of every width: the low bits of the value, little-endian.
(module
  (memory 1)
  (func (export "load") (param $p i32) (result i64) (i64.load (local.get $p)))
  (func (export "i32.store") (param $p i32) (param $x i32) (i32.store (local.get $p) (local.get $x)))
  (func (export "i32.store8") (param $p i32) (param $x i32) (i32.store8 (local.get $p) (local.get $x)))
  (func (export "i32.store16") (param $p i32) (param $x i32) (i32.store16 (local.get $p) (local.get $x)))
  (func (export "i64.store") (param $p i32) (param $x i64) (i64.store (local.get $p) (local.get $x)))
  (func (export "i64.store8") (param $p i32) (param $x i64) (i64.store8 (local.get $p) (local.get $x)))
  (func (export "i64.store16") (param $p i32) (param $x i64) (i64.store16 (local.get $p) (local.get $x)))
  (func (export "i64.store32") (param $p i32) (param $x i64) (i64.store32 (local.get $p) (local.get $x)))
  (func (export "f32.store") (param $p i32) (param $x f32) (f32.store (local.get $p) (local.get $x)))
  (func (export "f64.store") (param $p i32) (param $x f64) (f64.store (local.get $p) (local.get $x))))
