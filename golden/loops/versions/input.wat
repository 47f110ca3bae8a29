;; Loops over parts of a grid: addresses are sums of numbers that come from outside.
(module
  (memory 2)
  ;; Cells of two rows that may be anywhere.
  (func (export "around") (param $row i32) (param $width i32) (param $n i32) (result i32)
    (local $x i32) (local $sum i32)
    (loop $next
      (local.set $sum
        (i32.add (local.get $sum)
          (i32.add
            (i32.xor
              (i32.load8_u (i32.add (local.get $row) (local.get $x)))
              (i32.load8_u offset=2 (i32.add (local.get $row) (local.get $x))))
            (i32.load8_u (i32.add (i32.add (local.get $row) (local.get $width)) (local.get $x))))))
      (br_if $next (i32.ne (local.tee $x (i32.add (local.get $x) (i32.const 1))) (local.get $n))))
    (local.get $sum))
  ;; A column: the pointer is read after the loop, and goes on from there the next time.
  (func (export "columns") (param $p i32) (param $stride i32) (param $n i32) (result f64)
    (local $i i32) (local $j i32) (local $sum f64)
    (local.set $j (i32.const 2))
    (loop $outer
      (local.set $i (i32.const 0))
      (loop $next
        (local.set $sum
          (f64.add (f64.mul (local.get $sum) (f64.const 0.5))
            (f64.div
              (f64.convert_i32_u (i32.load (local.get $p)))
              (f64.convert_i32_u (i32.load (i32.add (local.get $p) (local.get $stride)))))))
        (local.set $p (i32.add (local.get $p) (local.get $stride)))
        (br_if $next (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
      (br_if $outer (local.tee $j (i32.sub (local.get $j) (i32.const 1)))))
    (f64.add (local.get $sum) (f64.convert_i32_u (local.get $p))))
  ;; It searches: no second version.
  (func (export "found") (param $p i32) (param $q i32) (result i32) (local $i i32)
    (loop $next
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $next
        (i32.ne
          (i32.load8_u (i32.add (local.get $p) (local.get $i)))
          (i32.load8_u (i32.add (local.get $q) (local.get $i))))))
    (local.get $i))
  ;; They are only added up: that is done as a whole.
  (func (export "sum") (param $p i32) (param $n i32) (result i32) (local $i i32) (local $sum i32)
    (loop $next
      (local.set $sum
        (i32.add (local.get $sum) (i32.load8_u (i32.add (local.get $p) (local.get $i)))))
      (br_if $next (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
    (local.get $sum))
  (data (i32.const 0) "\05\03\01\07\09\02\04\08\06\01\02\03\04\05\06\07\08\09\01\02\03\04\05\06\07\08\09"))
