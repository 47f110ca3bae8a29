;; Forward branches out of nested blocks: conditions, not loops.
(module
  (func (export "classify") (param $x i32) (result i32) (local $r i32)
    (block $done
      (block $big
        (block $small
          (br_if $small (i32.lt_u (local.get $x) (i32.const 10)))
          (br_if $big (i32.lt_u (local.get $x) (i32.const 100)))
          (local.set $r (i32.const 3))
          (br $done))
        (local.set $r (i32.const 1))
        (br $done))
      (local.set $r (i32.const 2)))
    (i32.mul (local.get $r) (i32.const 10))))
