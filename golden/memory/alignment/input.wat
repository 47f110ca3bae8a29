;; Alignment is a hint: an access at any address gives the same result. Known
;; addresses need no test at run time.
(module
  (memory 1)
  (func (export "byte_wise") (param $p i32) (param $x i32) (result i32)
    (i32.store align=1 (local.get $p) (local.get $x))
    (i32.load align=1 (local.get $p)))
  (func (export "natural") (param $p i32) (param $x i64) (result i64)
    (i64.store (local.get $p) (local.get $x))
    (i64.load (local.get $p)))
  (func (export "array_item") (param $i i32) (param $x i32) (result i32)
    ;; A base of 1024 and an index times 4: aligned, whatever the index.
    (i32.store (i32.add (i32.const 1024) (i32.shl (local.get $i) (i32.const 2))) (local.get $x))
    (i32.load offset=1024 (i32.shl (local.get $i) (i32.const 2))))
  (func (export "stack_frame") (param $x i32) (result i32)
    (local $sp i32)
    (local.set $sp (i32.and (i32.sub (i32.const 65536) (i32.const 24)) (i32.const -16)))
    (i32.store offset=4 (local.get $sp) (local.get $x))
    (i32.store offset=8 (local.get $sp) (i32.const 1))
    (i32.add (i32.load offset=4 (local.get $sp)) (i32.load offset=8 (local.get $sp)))))
