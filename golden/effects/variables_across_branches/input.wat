;; A value on the stack outlives changes of the local that it came from, over branches
;; and loops too.
(module
  (func (export "old_value") (param $x i32) (param $c i32) (result i32)
    (local.get $x)
    (if (local.get $c)
      (then (local.set $x (i32.const 100))))
    (i32.sub (local.get $x)))
  (func (export "sum_on_stack") (param $n i32) (result i32) (local $sum i32)
    (local.get $n)
    (loop $next
      (local.set $sum (i32.add (local.get $sum) (local.get $n)))
      (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (i32.mul (local.get $sum)))
  (func (export "fibonacci") (param $n i32) (result i32) (local $a i32) (local $b i32)
    (local.set $b (i32.const 1))
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $n)))
        ;; a, b = b, a + b
        (local.get $b)
        (local.set $b (i32.add (local.get $a) (local.get $b)))
        (local.set $a)
        (local.set $n (i32.sub (local.get $n) (i32.const 1)))
        (br $next)))
    (local.get $a)))
