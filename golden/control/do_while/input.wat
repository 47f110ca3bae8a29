;; A loop tested at its bottom.
(module
  (func (export "digits") (param $n i32) (result i32) (local $count i32)
    (loop $next
      (local.set $count (i32.add (local.get $count) (i32.const 1)))
      (br_if $next (local.tee $n (i32.div_u (local.get $n) (i32.const 10)))))
    (local.get $count))
  (func (export "reverse") (param $n i32) (result i32) (local $r i32)
    (loop $next
      (local.set $r
        (i32.add
          (i32.mul (local.get $r) (i32.const 10))
          (i32.rem_u (local.get $n) (i32.const 10))))
      (local.set $n (i32.div_u (local.get $n) (i32.const 10)))
      (br_if $next (i32.ne (local.get $n) (i32.const 0))))
    (local.get $r)))
