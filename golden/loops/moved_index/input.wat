;; Indexes that become addresses: of a static array, and of a stack at a pointer.
(module
  (memory 1)
  (data (i32.const 1024) "\01\02\03\04\05\06\07\08")
  (func (export "counts_from_the_end") (result i32) (local $i i32) (local $s i32)
    (local.set $i (i32.const -8))
    (loop $next
      (local.set $s
        (i32.add
          (i32.mul (local.get $s) (i32.const 10))
          (i32.load8_u (i32.add (local.get $i) (i32.const 1032)))))
      (i32.store8 (i32.add (local.get $i) (i32.const 1040)) (local.get $s))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $next (local.get $i)))
    (local.get $s))
  ;; A program at `code`, a stack at `stack`: 0 leaves the sum, 1 N pushes, 2 adds.
  (func (export "run") (param $code i32) (param $stack i32) (result i32)
    (local $sp i32) (local $op i32)
    (loop $next
      (local.set $op (i32.load8_u (local.get $code)))
      (if (i32.eq (local.get $op) (i32.const 1))
        (then
          (i32.store
            (i32.add (local.get $stack) (i32.shl (local.get $sp) (i32.const 2)))
            (i32.load8_u offset=1 (local.get $code)))
          (local.set $sp (i32.add (local.get $sp) (i32.const 1)))
          (local.set $code (i32.add (local.get $code) (i32.const 2)))
          (br $next)))
      (if (i32.eq (local.get $op) (i32.const 2))
        (then
          (local.set $sp (i32.sub (local.get $sp) (i32.const 1)))
          (i32.store
            (i32.add
              (i32.add (local.get $stack) (i32.shl (local.get $sp) (i32.const 2)))
              (i32.const -4))
            (i32.add
              (i32.load
                (i32.add
                  (i32.add (local.get $stack) (i32.shl (local.get $sp) (i32.const 2)))
                  (i32.const -4)))
              (i32.load
                (i32.add (local.get $stack) (i32.shl (local.get $sp) (i32.const 2))))))
          (local.set $code (i32.add (local.get $code) (i32.const 1)))
          (br $next))))
    (i32.load
      (i32.add
        (i32.add (local.get $stack) (i32.shl (local.get $sp) (i32.const 2)))
        (i32.const -4))))
  (data (i32.const 0) "\01\28\01\01\02\01\01\02\00")
  (data (i32.const 16) "\02\00"))
