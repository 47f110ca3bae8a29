;; Absolute values, as compilers write them: by the sign, which is 0 or -1.
(module
  (memory 1)
  (func (export "added") (param $x i32) (result i32) (local $s i32)
    (i32.xor
      (i32.add (local.get $x) (local.tee $s (i32.shr_s (local.get $x) (i32.const 31))))
      (local.get $s)))
  (func (export "nearer") (param $a i32) (param $b i32) (param $c i32) (result i32)
    (local $x i32) (local $y i32) (local $s i32) (local $t i32)
    (local.set $x (i32.sub (local.get $a) (local.get $c)))
    (local.set $y (i32.sub (local.get $b) (local.get $c)))
    (local.set $s (i32.shr_s (local.get $x) (i32.const 31)))
    (local.set $t (i32.shr_s (local.get $y) (i32.const 31)))
    (i32.lt_u
      (i32.sub (i32.xor (local.get $x) (local.get $s)) (local.get $s))
      (i32.sub (i32.xor (local.get $t) (local.get $y)) (local.get $t))))
  (func (export "negative") (param $x i64) (result i64) (local $s i64)
    (local.set $s (i64.shr_s (local.get $x) (i64.const 63)))
    (i64.sub (local.get $s) (i64.xor (local.get $x) (local.get $s))))
  (func (export "distance") (param $n i32) (result i64) (local $s i64) (local $d i64) (local $sum i64)
    (loop $next
      (local.set $d
        (i64.sub
          (i64.load (i32.shl (local.get $n) (i32.const 3)))
          (i64.load offset=8 (i32.shl (local.get $n) (i32.const 3)))))
      (local.set $s (i64.shr_s (local.get $d) (i64.const 63)))
      (local.set $sum
        (i64.add
          (local.get $sum)
          (i64.sub (i64.xor (local.get $d) (local.get $s)) (local.get $s))))
      (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $sum))
  (data (i32.const 8)
    "\ff\ff\ff\ff\ff\ff\ff\ff\00\00\00\00\00\00\00\80\01\02\03\04\05\06\07\88\00\00\00\00\00\00\00\00"))
