;; Values that are named and read once: evaluated where they are read, unless a store comes between.
(module
  (memory 1)
  (func (export "step") (param $p i32) (result i32) (local $x i32) (local $y i32) (local $i i32)
    (loop $next
      (local.set $x (i32.load (local.get $p)))
      (local.set $y (i32.add (local.get $x) (i32.const 0x01010101)))
      (i32.store offset=4 (local.get $p) (local.get $y))
      (local.set $x (i32.load offset=4 (local.get $p)))
      (i32.store offset=4 (local.get $p) (i32.const 5))
      (i32.store offset=8 (local.get $p) (local.get $x))
      (local.set $p (i32.add (local.get $p) (i32.const 8)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $i) (i32.const 10))))
    (i32.load (local.get $p))))
