;; f32 that are only copied, signalling NaNs included, and such that are calculated with.
(module
  (memory 1)
  (data (i32.const 0) "\01\00\a0\7f\00\00\80\3f\00\00\80\ff\02\00\80\7f")
  (func (export "copy") (param $n i32) (local $i i32) (local $x f32)
    (loop $next
      (local.set $x (f32.load (local.get $i)))
      (if (f32.gt (local.get $x) (f32.const 100)) (then (local.set $x (f32.const 100))))
      (f32.store offset=64 (local.get $i) (local.get $x))
      (local.set $i (i32.add (local.get $i) (i32.const 4)))
      (br_if $next (i32.lt_u (local.get $i) (local.get $n)))))
  (func (export "average") (param $n i32) (local $i i32) (local $x f32)
    (loop $next
      (local.set $x
        (f32.add (f32.mul (local.get $x) (f32.const 0.9)) (f32.convert_i32_s (local.get $i))))
      (f32.store offset=96 (local.get $i) (local.get $x))
      (local.set $i (i32.add (local.get $i) (i32.const 4)))
      (br_if $next (i32.lt_u (local.get $i) (local.get $n)))))
  (func (export "bits") (param $p i32) (result i32) (i32.load (local.get $p))))
