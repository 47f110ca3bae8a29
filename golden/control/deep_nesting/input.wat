;; Deeper than Python nests blocks: forward branches to 30 levels.
(module
  (func (export "deep") (param $x i32) (result i32) (local $r i32)
    (block $b0
    (block $b1
    (block $b2
    (block $b3
    (block $b4
    (block $b5
    (block $b6
    (block $b7
    (block $b8
    (block $b9
    (block $b10
    (block $b11
    (block $b12
    (block $b13
    (block $b14
    (block $b15
    (block $b16
    (block $b17
    (block $b18
    (block $b19
    (block $b20
    (block $b21
    (block $b22
    (block $b23
    (block $b24
    (block $b25
    (block $b26
    (block $b27
    (block $b28
    (block $b29
    (br_if $b29 (i32.eq (local.get $x) (i32.const 29)))
    (br_if $b28 (i32.eq (local.get $x) (i32.const 28)))
    (br_if $b27 (i32.eq (local.get $x) (i32.const 27)))
    (br_if $b26 (i32.eq (local.get $x) (i32.const 26)))
    (br_if $b25 (i32.eq (local.get $x) (i32.const 25)))
    (br_if $b24 (i32.eq (local.get $x) (i32.const 24)))
    (br_if $b23 (i32.eq (local.get $x) (i32.const 23)))
    (br_if $b22 (i32.eq (local.get $x) (i32.const 22)))
    (br_if $b21 (i32.eq (local.get $x) (i32.const 21)))
    (br_if $b20 (i32.eq (local.get $x) (i32.const 20)))
    (br_if $b19 (i32.eq (local.get $x) (i32.const 19)))
    (br_if $b18 (i32.eq (local.get $x) (i32.const 18)))
    (br_if $b17 (i32.eq (local.get $x) (i32.const 17)))
    (br_if $b16 (i32.eq (local.get $x) (i32.const 16)))
    (br_if $b15 (i32.eq (local.get $x) (i32.const 15)))
    (br_if $b14 (i32.eq (local.get $x) (i32.const 14)))
    (br_if $b13 (i32.eq (local.get $x) (i32.const 13)))
    (br_if $b12 (i32.eq (local.get $x) (i32.const 12)))
    (br_if $b11 (i32.eq (local.get $x) (i32.const 11)))
    (br_if $b10 (i32.eq (local.get $x) (i32.const 10)))
    (br_if $b9 (i32.eq (local.get $x) (i32.const 9)))
    (br_if $b8 (i32.eq (local.get $x) (i32.const 8)))
    (br_if $b7 (i32.eq (local.get $x) (i32.const 7)))
    (br_if $b6 (i32.eq (local.get $x) (i32.const 6)))
    (br_if $b5 (i32.eq (local.get $x) (i32.const 5)))
    (br_if $b4 (i32.eq (local.get $x) (i32.const 4)))
    (br_if $b3 (i32.eq (local.get $x) (i32.const 3)))
    (br_if $b2 (i32.eq (local.get $x) (i32.const 2)))
    (br_if $b1 (i32.eq (local.get $x) (i32.const 1)))
    (br_if $b0 (i32.eq (local.get $x) (i32.const 0)))
    (return (i32.const -1))
    )
    (local.set $r (i32.add (i32.mul (local.get $r) (i32.const 3)) (i32.const 29)))
    )
    (local.set $r (i32.add (i32.mul (local.get $r) (i32.const 3)) (i32.const 28)))
    )
    (local.set $r (i32.add (i32.mul (local.get $r) (i32.const 3)) (i32.const 27)))
    )
    (local.set $r (i32.add (i32.mul (local.get $r) (i32.const 3)) (i32.const 26)))
    )
    (local.set $r (i32.add (i32.mul (local.get $r) (i32.const 3)) (i32.const 25)))
    )
    (local.set $r (i32.add (i32.mul (local.get $r) (i32.const 3)) (i32.const 24)))
    )
    (local.set $r (i32.add (i32.mul (local.get $r) (i32.const 3)) (i32.const 23)))
    )
    (local.set $r (i32.add (i32.mul (local.get $r) (i32.const 3)) (i32.const 22)))
    )
    (local.set $r (i32.add (i32.mul (local.get $r) (i32.const 3)) (i32.const 21)))
    )
    (local.set $r (i32.add (i32.mul (local.get $r) (i32.const 3)) (i32.const 20)))
    )
    (local.set $r (i32.add (i32.mul (local.get $r) (i32.const 3)) (i32.const 19)))
    )
    (local.set $r (i32.add (i32.mul (local.get $r) (i32.const 3)) (i32.const 18)))
    )
    (local.set $r (i32.add (i32.mul (local.get $r) (i32.const 3)) (i32.const 17)))
    )
    (local.set $r (i32.add (i32.mul (local.get $r) (i32.const 3)) (i32.const 16)))
    )
    (local.set $r (i32.add (i32.mul (local.get $r) (i32.const 3)) (i32.const 15)))
    )
    (local.set $r (i32.add (i32.mul (local.get $r) (i32.const 3)) (i32.const 14)))
    )
    (local.set $r (i32.add (i32.mul (local.get $r) (i32.const 3)) (i32.const 13)))
    )
    (local.set $r (i32.add (i32.mul (local.get $r) (i32.const 3)) (i32.const 12)))
    )
    (local.set $r (i32.add (i32.mul (local.get $r) (i32.const 3)) (i32.const 11)))
    )
    (local.set $r (i32.add (i32.mul (local.get $r) (i32.const 3)) (i32.const 10)))
    )
    (local.set $r (i32.add (i32.mul (local.get $r) (i32.const 3)) (i32.const 9)))
    )
    (local.set $r (i32.add (i32.mul (local.get $r) (i32.const 3)) (i32.const 8)))
    )
    (local.set $r (i32.add (i32.mul (local.get $r) (i32.const 3)) (i32.const 7)))
    )
    (local.set $r (i32.add (i32.mul (local.get $r) (i32.const 3)) (i32.const 6)))
    )
    (local.set $r (i32.add (i32.mul (local.get $r) (i32.const 3)) (i32.const 5)))
    )
    (local.set $r (i32.add (i32.mul (local.get $r) (i32.const 3)) (i32.const 4)))
    )
    (local.set $r (i32.add (i32.mul (local.get $r) (i32.const 3)) (i32.const 3)))
    )
    (local.set $r (i32.add (i32.mul (local.get $r) (i32.const 3)) (i32.const 2)))
    )
    (local.set $r (i32.add (i32.mul (local.get $r) (i32.const 3)) (i32.const 1)))
    )
    (local.set $r (i32.add (i32.mul (local.get $r) (i32.const 3)) (i32.const 0)))
    (local.get $r)))
