;; Leaving two loops at once.
(module
  (func (export "product_pair") (param $target i32) (result i32 i32)
    (local $i i32) (local $j i32)
    (block $found
      (local.set $i (i32.const 2))
      (loop $outer
        (local.set $j (i32.const 2))
        (loop $inner
          (br_if $found (i32.eq (i32.mul (local.get $i) (local.get $j)) (local.get $target)))
          (local.set $j (i32.add (local.get $j) (i32.const 1)))
          (br_if $inner (i32.le_u (local.get $j) (local.get $target))))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br_if $outer (i32.le_u (local.get $i) (local.get $target))))
      (local.set $i (i32.const 0))
      (local.set $j (i32.const 0)))
    (local.get $i)
    (local.get $j)))
