;; Loops whose number of rounds is known when they begin.
(module
  (func (export "up") (result i32) (local $i i32) (local $s i32)
    (loop $next
      (local.set $s (i32.xor (i32.mul (local.get $s) (i32.const 5)) (local.get $i)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $next (i32.ne (local.get $i) (i32.const 100))))
    (i32.add (local.get $s) (local.get $i)))
  (func (export "down_by_three") (result i32) (local $i i32) (local $s i32)
    (local.set $i (i32.const 62))
    (loop $next
      (local.set $s (i32.add (local.get $s) (i32.mul (local.get $i) (local.get $i))))
      (local.set $i (i32.sub (local.get $i) (i32.const 3)))
      (br_if $next (i32.ne (local.get $i) (i32.const -61))))
    (local.get $s))
  (func (export "read_by_the_loop_around") (param $n i32) (result i32)
    (local $i i32) (local $s i32)
    (if (local.get $n)
      (then
        (block $out
          (loop $next
            (br_if $out (i32.gt_s (local.get $i) (local.get $n)))
            (local.set $n (i32.sub (local.get $n) (i32.const 7)))
            (local.set $i (i32.const 0))
            (loop $inner
              (local.set $s (i32.add (i32.mul (local.get $s) (i32.const 3)) (local.get $i)))
              (local.set $i (i32.add (local.get $i) (i32.const 1)))
              (br_if $inner (i32.ne (local.get $i) (i32.const 100))))
            (br $next)))))
    (i32.rotl (local.get $s) (i32.const 1))))
