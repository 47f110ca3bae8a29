;; From the inner loop straight to the next round of the outer one.
(module
  (func (export "count_primes") (param $n i32) (result i32)
    (local $i i32) (local $d i32) (local $count i32)
    (local.set $i (i32.const 1))
    (block $done
      (loop $candidates
        (br_if $done
          (i32.ge_u
            (local.tee $i (i32.add (local.get $i) (i32.const 1)))
            (local.get $n)))
        (local.set $d (i32.const 2))
        (block $prime
          (loop $divisors
            (br_if $prime (i32.gt_u (i32.mul (local.get $d) (local.get $d)) (local.get $i)))
            (br_if $candidates (i32.eqz (i32.rem_u (local.get $i) (local.get $d))))
            (local.set $d (i32.add (local.get $d) (i32.const 1)))
            (br $divisors)))
        (local.set $count (i32.add (local.get $count) (i32.const 1)))
        (br $candidates)))
    (local.get $count)))
