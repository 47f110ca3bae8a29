;; An interpreter's loop: instructions that go on to others or straight to the next round.
(module
  (memory (export "memory") 1)
  (data (i32.const 0) "\01\04\02\06\03\00\01\05\07")
  (func (export "run") (param $pc i32) (param $sum i32) (result i32) (local $op i32)
    (loop $next
      (local.set $op (i32.load8_u (local.get $pc)))
      (local.set $pc (i32.add (local.get $pc) (i32.const 1)))
      (block $done (block $check (block $shift (block $mix (block $scale (block $add (block $halt
        (br_table $halt $add $scale $mix $shift $check $done $halt (local.get $op)))
        (return (local.get $sum)))
        ;; add: on to scaling, where the sum is odd
        (local.set $sum (i32.add (local.get $sum) (local.get $pc)))
        (br_if $mix (i32.and (local.get $sum) (i32.const 4)))
        (br_if $done (i32.eqz (i32.and (local.get $sum) (i32.const 1)))))
        ;; scale
        (local.set $sum (i32.mul (local.get $sum) (i32.const 3)))
        (br_if $shift (i32.and (local.get $sum) (i32.const 8)))
        (br_if $done (i32.and (local.get $sum) (i32.const 2))))
        ;; mix
        (local.set $sum (i32.xor (local.get $sum) (i32.const 0x55)))
        (br_if $check (i32.and (local.get $sum) (i32.const 2))))
        ;; shift
        (local.set $sum (i32.shr_u (local.get $sum) (i32.const 1)))
        (br_if $done (i32.and (local.get $sum) (i32.const 1))))
        ;; check
        (br_if $done (i32.lt_u (local.get $sum) (i32.const 1000)))
        (local.set $sum (i32.rem_u (local.get $sum) (i32.const 1000))))
      ;; done: what all instructions end with
      (i32.store8 offset=32 (local.get $pc) (local.get $sum))
      (br $next))
    unreachable))
