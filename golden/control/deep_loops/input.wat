;; 24 loops within each other: Python allows 20.
(module
  (func (export "rounds") (param $n i32) (result i32) (local $count i32) (local $started i32)
    (loop $l0
    (local.set $started (i32.add (local.get $started) (i32.const 1)))
    (loop $l1
    (local.set $started (i32.add (local.get $started) (i32.const 2)))
    (loop $l2
    (local.set $started (i32.add (local.get $started) (i32.const 3)))
    (loop $l3
    (local.set $started (i32.add (local.get $started) (i32.const 4)))
    (loop $l4
    (local.set $started (i32.add (local.get $started) (i32.const 5)))
    (loop $l5
    (local.set $started (i32.add (local.get $started) (i32.const 6)))
    (loop $l6
    (local.set $started (i32.add (local.get $started) (i32.const 7)))
    (loop $l7
    (local.set $started (i32.add (local.get $started) (i32.const 8)))
    (loop $l8
    (local.set $started (i32.add (local.get $started) (i32.const 9)))
    (loop $l9
    (local.set $started (i32.add (local.get $started) (i32.const 10)))
    (loop $l10
    (local.set $started (i32.add (local.get $started) (i32.const 11)))
    (loop $l11
    (local.set $started (i32.add (local.get $started) (i32.const 12)))
    (loop $l12
    (local.set $started (i32.add (local.get $started) (i32.const 13)))
    (loop $l13
    (local.set $started (i32.add (local.get $started) (i32.const 14)))
    (loop $l14
    (local.set $started (i32.add (local.get $started) (i32.const 15)))
    (loop $l15
    (local.set $started (i32.add (local.get $started) (i32.const 16)))
    (loop $l16
    (local.set $started (i32.add (local.get $started) (i32.const 17)))
    (loop $l17
    (local.set $started (i32.add (local.get $started) (i32.const 18)))
    (loop $l18
    (local.set $started (i32.add (local.get $started) (i32.const 19)))
    (loop $l19
    (local.set $started (i32.add (local.get $started) (i32.const 20)))
    (loop $l20
    (local.set $started (i32.add (local.get $started) (i32.const 21)))
    (loop $l21
    (local.set $started (i32.add (local.get $started) (i32.const 22)))
    (loop $l22
    (local.set $started (i32.add (local.get $started) (i32.const 23)))
    (loop $l23
    (local.set $started (i32.add (local.get $started) (i32.const 24)))
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
    (i32.add (i32.mul (local.get $count) (i32.const 100000)) (local.get $started))))
