;; Segments are laid in order, later ones over earlier ones.
(module
  (memory 1)
  (data (i32.const 0) "aaaaaaaa")
  (data (i32.const 4) "bbbb")
  (data (i32.const 8) "cccccccc")
  (data (i32.const 16) "")
  (func (export "load") (param $p i32) (result i64) (i64.load (local.get $p))))
