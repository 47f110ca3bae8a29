;; Sums that are masked where they are wanted, not in each round.
(module
  (memory (export "memory") 1)
  (data (i32.const 0) "\ff\ff\ff\ff\01\80\00\f0 and what else there is")
  (func (export "i32") (param $n i32) (result i32) (local $i i32) (local $s i32)
    (if (local.get $n) (then (loop $next
      (local.set $s
        (i32.add
          (local.get $s)
          (i32.xor (i32.load (i32.shl (local.get $i) (i32.const 2))) (local.get $n))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $i) (local.get $n))))))
    (i32.rotl (local.get $s) (i32.const 1)))
  (func (export "i64") (param $n i32) (result i64) (local $i i32) (local $s i64)
    (if (local.get $n) (then (loop $next
      (local.set $s
        (i64.sub
          (local.get $s)
          (i64.xor
            (i64.load (i32.shl (local.get $i) (i32.const 3)))
            (i64.extend_i32_u (local.get $n)))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $i) (local.get $n))))))
    (i64.rotl (local.get $s) (i64.const 1)))
  (func (export "doubled") (param $n i32) (result i32) (local $s i32)
    (local.set $s (i32.const 3))
    (loop $next
      (local.set $s (i32.add (local.get $s) (local.get $s)))
      (local.set $n (i32.sub (local.get $n) (i32.const 1)))
      (br_if $next (local.get $n)))
    (local.get $s)))
