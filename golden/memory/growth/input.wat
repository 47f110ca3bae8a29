;; Size and growth in pages of 64 KiB; beyond the maximum growth fails with -1.
(module
  (memory (export "memory") 1 3)
  (func (export "size") (result i32) (memory.size))
  (func (export "grow") (param $n i32) (result i32) (memory.grow (local.get $n)))
  (func (export "store") (param $p i32) (param $x i32) (i32.store (local.get $p) (local.get $x)))
  (func (export "load") (param $p i32) (result i32) (i32.load (local.get $p)))
  (func (export "use_across_growth") (result i32)
    ;; The value is stored before, loaded after: views of the memory must not be stale.
    (i32.store (i32.const 65532) (i32.const 5))
    (drop (memory.grow (i32.const 1)))
    (i32.store (i32.const 65536) (i32.const 6))
    (i32.add (i32.load (i32.const 65532)) (i32.load (i32.const 65536)))))
