;; Names of functions that are no Python identifiers, or are keywords and builtins.
(module
  (func $class (export "class") (result i32) (i32.const 1))
  (func $"operator::new(unsigned_long)" (export "operator new") (param i32) (result i32)
    (local.get 0))
  (func $"core::fmt::Formatter<'_>::pad" (export "0starts-with-digit") (result i32)
    (call $class))
  (func $print (export "print") (result i32) (i32.const 3))
  (func $f0 (export "f0") (result i32) (i32.const 4))
  (func $m0 (export "m0") (result i32) (i32.const 5))
  (func (export "__init__") (result i32) (i32.const 6))
  (func (export "keys") (result i32) (i32.const 7))
  (func (export "") (result i32) (i32.const 8)))
