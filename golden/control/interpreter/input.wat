;; A `br_table` in a loop: the main loop of an interpreter of byte code.
;; 0 halt, 1 push the next byte, 2 add, 3 multiply, 4 decrement, 5 jump back if not zero
(module
  (memory 1)
  (data (i32.const 0) "\01\05\01\07\02\01\03\03\00")
  (data (i32.const 16) "\01\0a\04\05\03\00")
  (func (export "run") (param $pc i32) (result i32)
    (local $sp i32) (local $steps i32)
    (local.set $sp (i32.const 1024))
    (loop $next
      (local.set $steps (i32.add (local.get $steps) (i32.const 1)))
      (block $halt
        (block $jump
          (block $decrement
            (block $multiply
              (block $add
                (block $push
                  (br_table $halt $push $add $multiply $decrement $jump $halt
                    (i32.load8_u (local.get $pc))))
                (i32.store (local.get $sp) (i32.load8_u offset=1 (local.get $pc)))
                (local.set $sp (i32.add (local.get $sp) (i32.const 4)))
                (local.set $pc (i32.add (local.get $pc) (i32.const 2)))
                (br $next))
              (local.set $sp (i32.sub (local.get $sp) (i32.const 4)))
              (i32.store
                (i32.sub (local.get $sp) (i32.const 4))
                (i32.add
                  (i32.load (i32.sub (local.get $sp) (i32.const 4)))
                  (i32.load (local.get $sp))))
              (local.set $pc (i32.add (local.get $pc) (i32.const 1)))
              (br $next))
            (local.set $sp (i32.sub (local.get $sp) (i32.const 4)))
            (i32.store
              (i32.sub (local.get $sp) (i32.const 4))
              (i32.mul
                (i32.load (i32.sub (local.get $sp) (i32.const 4)))
                (i32.load (local.get $sp))))
            (local.set $pc (i32.add (local.get $pc) (i32.const 1)))
            (br $next))
          (i32.store
            (i32.sub (local.get $sp) (i32.const 4))
            (i32.sub (i32.load (i32.sub (local.get $sp) (i32.const 4))) (i32.const 1)))
          (local.set $pc (i32.add (local.get $pc) (i32.const 1)))
          (br $next))
        (if (i32.load (i32.sub (local.get $sp) (i32.const 4)))
          (then
            (local.set $pc (i32.sub (local.get $pc) (i32.const 1)))
            (br $next)))
        (local.set $pc (i32.add (local.get $pc) (i32.const 2)))
        (br $next)))
    (i32.add
      (i32.mul (local.get $steps) (i32.const 1000))
      (i32.load (i32.sub (local.get $sp) (i32.const 4))))))
