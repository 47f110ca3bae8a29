;; A counter that runs from a negative number up to zero, with addresses relative to an end.
(module
  (memory 1)
  (func (export "squares") (local $i i32)
    (local.set $i (i32.const -100))
    (loop $next
      (i32.store
        (i32.add (i32.shl (local.get $i) (i32.const 2)) (i32.const 1400))
        (i32.mul (local.get $i) (local.get $i)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $next (local.get $i))))
  (func (export "total") (result i32) (local $i i32) (local $s i32)
    (local.set $i (i32.const -400))
    (loop $next
      (local.set $s
        (i32.xor (local.get $s) (i32.load (i32.add (local.get $i) (i32.const 1400)))))
      (local.set $i (i32.add (local.get $i) (i32.const 4)))
      (br_if $next (i32.ne (local.get $i) (i32.const 0))))
    (local.get $s)))
