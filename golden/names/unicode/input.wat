;; Names outside of ASCII, alike ones, and one that Python would fold into another.
(module
  (func $"größe" (export "größe") (result i32) (i32.const 1))
  (func $"名前" (export "名前") (result i32) (i32.const 2))
  (func $"😀" (export "😀") (result i32) (i32.const 3))
  ;; U+212A KELVIN SIGN: NFKC makes it a K.
  (func $kelvin (export "\u{212a}") (result i32) (i32.const 4))
  (func $k (export "K") (result i32) (i32.const 5)))
