;; One function under several names; locals and functions of the same name.
(module
  (func $f (export "a") (export "b") (param $f i32) (result i32) (local $a i32)
    (local.set $a (local.get $f))
    (i32.add (local.get $a) (local.get $f)))
  (func (export "and") (param i32) (result i32) (call $f (local.get 0)))
  (func (export "And") (param i32) (result i32) (i32.const 0)))
