;; 24 loops within each other: Python allows 20.
(module
  (func (export "rounds") (param $n i32) (result i32) (local $count i32)
    (loop $l0
    (loop $l1
    (loop $l2
    (loop $l3
    (loop $l4
    (loop $l5
    (loop $l6
    (loop $l7
    (loop $l8
    (loop $l9
    (loop $l10
    (loop $l11
    (loop $l12
    (loop $l13
    (loop $l14
    (loop $l15
    (loop $l16
    (loop $l17
    (loop $l18
    (loop $l19
    (loop $l20
    (loop $l21
    (loop $l22
    (loop $l23
    (local.set $count (i32.add (local.get $count) (i32.const 1)))
    (br_if $l23 (i32.lt_u (local.get $count) (i32.mul (local.get $n) (i32.const 1))))
    )
    (br_if $l22 (i32.lt_u (local.get $count) (i32.mul (local.get $n) (i32.const 2))))
    )
    (br_if $l21 (i32.lt_u (local.get $count) (i32.mul (local.get $n) (i32.const 3))))
    )
    (br_if $l20 (i32.lt_u (local.get $count) (i32.mul (local.get $n) (i32.const 4))))
    )
    (br_if $l19 (i32.lt_u (local.get $count) (i32.mul (local.get $n) (i32.const 5))))
    )
    (br_if $l18 (i32.lt_u (local.get $count) (i32.mul (local.get $n) (i32.const 6))))
    )
    (br_if $l17 (i32.lt_u (local.get $count) (i32.mul (local.get $n) (i32.const 7))))
    )
    (br_if $l16 (i32.lt_u (local.get $count) (i32.mul (local.get $n) (i32.const 8))))
    )
    (br_if $l15 (i32.lt_u (local.get $count) (i32.mul (local.get $n) (i32.const 9))))
    )
    (br_if $l14 (i32.lt_u (local.get $count) (i32.mul (local.get $n) (i32.const 10))))
    )
    (br_if $l13 (i32.lt_u (local.get $count) (i32.mul (local.get $n) (i32.const 11))))
    )
    (br_if $l12 (i32.lt_u (local.get $count) (i32.mul (local.get $n) (i32.const 12))))
    )
    (br_if $l11 (i32.lt_u (local.get $count) (i32.mul (local.get $n) (i32.const 13))))
    )
    (br_if $l10 (i32.lt_u (local.get $count) (i32.mul (local.get $n) (i32.const 14))))
    )
    (br_if $l9 (i32.lt_u (local.get $count) (i32.mul (local.get $n) (i32.const 15))))
    )
    (br_if $l8 (i32.lt_u (local.get $count) (i32.mul (local.get $n) (i32.const 16))))
    )
    (br_if $l7 (i32.lt_u (local.get $count) (i32.mul (local.get $n) (i32.const 17))))
    )
    (br_if $l6 (i32.lt_u (local.get $count) (i32.mul (local.get $n) (i32.const 18))))
    )
    (br_if $l5 (i32.lt_u (local.get $count) (i32.mul (local.get $n) (i32.const 19))))
    )
    (br_if $l4 (i32.lt_u (local.get $count) (i32.mul (local.get $n) (i32.const 20))))
    )
    (br_if $l3 (i32.lt_u (local.get $count) (i32.mul (local.get $n) (i32.const 21))))
    )
    (br_if $l2 (i32.lt_u (local.get $count) (i32.mul (local.get $n) (i32.const 22))))
    )
    (br_if $l1 (i32.lt_u (local.get $count) (i32.mul (local.get $n) (i32.const 23))))
    )
    (br_if $l0 (i32.lt_u (local.get $count) (i32.mul (local.get $n) (i32.const 24))))
    )
    (local.get $count)))
