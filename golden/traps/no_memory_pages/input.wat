;; A memory of no pages: every access is out of bounds.
(module
  (memory 0)
  (func (export "load") (param $p i32) (result i32) (i32.load (local.get $p)))
  (func (export "grow_and_load") (result i32)
    (drop (memory.grow (i32.const 1)))
    (i32.load (i32.const 0))))
