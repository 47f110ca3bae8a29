;; A stack at a pointer: its next index and the address of its second value are the same sum.
(module
  (memory 1)
  (func (export "product") (param $numbers i32) (param $stack i32) (result i32)
    (local $sp i32) (local $a i32) (local $n i32)
    (loop $next
      (local.set $n (i32.load8_u (local.get $numbers)))
      (local.set $numbers (i32.add (local.get $numbers) (i32.const 1)))
      (if (i32.lt_u (local.get $n) (i32.const 100))
        (then
          (i32.store
            (i32.add (local.get $stack) (i32.shl (local.get $sp) (i32.const 2)))
            (local.get $n))
          (local.set $sp (i32.add (local.get $sp) (i32.const 1)))
          (br $next)))
      (if (i32.eq (local.get $n) (i32.const 100))
        (then
          (local.set $a
            (i32.add
              (i32.add (local.get $stack) (i32.shl (local.get $sp) (i32.const 2)))
              (i32.const -8)))
          (local.set $n (i32.sub (local.get $sp) (i32.const 1)))
          (i32.store (local.get $a)
            (i32.mul
              (i32.load (local.get $a))
              (i32.load
                (i32.add (local.get $stack) (i32.shl (local.get $n) (i32.const 2))))))
          (local.set $sp (local.get $n))
          (br $next))))
    (i32.load
      (i32.add
        (i32.add (local.get $stack) (i32.shl (local.get $sp) (i32.const 2)))
        (i32.const -4))))
  (data (i32.const 0) "\06\07\64\02\03\64\64\65\08\65\64"))
