;; Several results of functions, blocks and calls.
(module
  (func $divmod (export "divmod") (param $a i32) (param $b i32) (result i32 i32)
    (i32.div_u (local.get $a) (local.get $b))
    (i32.rem_u (local.get $a) (local.get $b)))
  (func (export "digits_sum") (param $n i32) (result i32) (local $sum i32)
    (loop $next
      (call $divmod (local.get $n) (i32.const 10))
      (local.set $sum (i32.add (local.get $sum)))
      (br_if $next (local.tee $n)))
    (local.get $sum))
  (func (export "recombine") (param $a i32) (param $b i32) (result i32)
    (i32.sub (call $divmod (local.get $a) (local.get $b))))
  (func (export "sorted") (param $a i32) (param $b i32) (result i32 i32)
    (if (result i32 i32) (i32.gt_s (local.get $a) (local.get $b))
      (then (local.get $b) (local.get $a))
      (else (local.get $a) (local.get $b))))
  (func (export "mixed") (result i32 i64 f32 f64)
    (i32.const -1) (i64.const -2) (f32.const 0.5) (f64.const -0.5)))
