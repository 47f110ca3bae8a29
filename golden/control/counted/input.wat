;; Counted loops, as compilers write a `for`; nested ones too.
(module
  (memory 1)
  (func (export "sum_below") (param $n i32) (result i32) (local $i i32) (local $s i32)
    (block $done
      (loop $next
        (br_if $done (i32.ge_s (local.get $i) (local.get $n)))
        (local.set $s (i32.add (local.get $s) (local.get $i)))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $next)))
    (local.get $s))
  (func (export "matrix_trace") (param $n i32) (result i32)
    (local $i i32) (local $j i32) (local $s i32)
    (loop $rows
      (local.set $j (i32.const 0))
      (loop $columns
        (i32.store
          (i32.shl (i32.add (i32.mul (local.get $i) (local.get $n)) (local.get $j)) (i32.const 2))
          (i32.mul (i32.add (local.get $i) (i32.const 1)) (i32.add (local.get $j) (i32.const 1))))
        (local.set $j (i32.add (local.get $j) (i32.const 1)))
        (br_if $columns (i32.lt_s (local.get $j) (local.get $n))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $rows (i32.lt_s (local.get $i) (local.get $n))))
    (local.set $i (i32.const 0))
    (loop $diagonal
      (local.set $s
        (i32.add
          (local.get $s)
          (i32.load (i32.shl (i32.mul (local.get $i) (i32.add (local.get $n) (i32.const 1))) (i32.const 2)))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $diagonal (i32.lt_s (local.get $i) (local.get $n))))
    (local.get $s)))
