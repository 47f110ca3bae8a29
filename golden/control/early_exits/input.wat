;; Returns from within blocks, conditions and loops.
(module
  (func (export "find") (param $needle i32) (param $limit i32) (result i32) (local $i i32)
    (block $missing
      (loop $next
        (br_if $missing (i32.ge_u (local.get $i) (local.get $limit)))
        (if (i32.eq (i32.mul (local.get $i) (local.get $i)) (local.get $needle))
          (then (return (local.get $i))))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $next)))
    (i32.const -1))
  (func (export "first_set") (param $a i32) (param $b i32) (param $c i32) (result i32)
    (if (local.get $a) (then (return (i32.const 1))))
    (if (local.get $b) (then (return (i32.const 2))))
    (if (local.get $c) (then (return (i32.const 3))))
    (i32.const 0))
  (func (export "return_drops_the_rest") (param $x i32) (result i32)
    (i32.add
      (i32.const 1000)
      (block (result i32)
        (return (local.get $x))))))
