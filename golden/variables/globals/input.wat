;; Mutable and constant globals, exported and not.
(module
  (global $counter (mut i32) (i32.const 10))
  (global $limit i32 (i32.const 12))
  (global $ratio (export "ratio") f64 (f64.const 0.25))
  (global $total (export "total") (mut i64) (i64.const -1))
  (func (export "next") (result i32)
    (global.set $counter (i32.add (global.get $counter) (i32.const 1)))
    (if (i32.gt_s (global.get $counter) (global.get $limit))
      (then (global.set $counter (i32.const 0))))
    (global.get $counter))
  (func (export "accumulate") (param $x f64) (result i64)
    (global.set $total
      (i64.add
        (global.get $total)
        (i64.trunc_f64_s (f64.mul (local.get $x) (global.get $ratio)))))
    (global.get $total)))
