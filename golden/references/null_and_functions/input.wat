;; References to functions and to host objects; null of each.
(module
  (func $f (export "f") (result i32) (i32.const 5))
  (elem declare func $f)
  (func (export "null_function") (result funcref) (ref.null func))
  (func (export "null_extern") (result externref) (ref.null extern))
  (func (export "function") (result funcref) (ref.func $f))
  (func (export "is_null") (param $x externref) (result i32) (ref.is_null (local.get $x)))
  (func (export "function_is_null") (result i32) (ref.is_null (ref.func $f)))
  (func (export "identity") (param $x externref) (result externref) (local.get $x)))
