(module
  ;; Results of a call that go on as signed numbers.
  (func $bounds (param $x i64) (result i64 i32)
    (i64.sub (i64.const 0) (local.get $x))
    (i32.wrap_i64 (i64.sub (i64.const 1) (local.get $x))))
  (func $below (export "below") (param $x i64) (param $y i64) (result i32)
    (local $low i64) (local $i i32) (local $n i32)
    (loop $again
      (call $bounds (local.get $x))
      (local.set $i)
      (local.set $low)
      (local.set $n
        (i32.add
          (local.get $n)
          (i32.add
            (i64.lt_s (local.get $low) (local.get $y))
            (i32.shr_s (local.get $i) (i32.const 1)))))
      (br_if $again (i32.gt_s (local.get $i) (local.get $n))))
    (local.get $n)))
