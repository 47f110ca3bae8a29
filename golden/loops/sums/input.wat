;; Loops that add up cells, unrolled as compilers do, and products of cells.
(module
  (memory 1)
  (data (i32.const 0) "\01\02\03\04\05\06\07\08\f1\f2\f3\f4\f5\f6\f7\f8 a table, and a matrix")
  (func (export "bytes") (param $p i32) (param $n i32) (result i32)
    (local $i i32) (local $s i32) (local $at i32)
    (local.set $n (i32.and (local.get $n) (i32.const -4)))
    (loop $next
      (local.set $at (i32.add (local.get $p) (local.get $i)))
      (local.set $s
        (i32.add
          (i32.load8_u (i32.add (local.get $at) (i32.const 3)))
          (i32.add
            (i32.load8_u (i32.add (local.get $at) (i32.const 2)))
            (i32.add
              (i32.load8_u (i32.add (local.get $at) (i32.const 1)))
              (i32.add (i32.load8_u (local.get $at)) (local.get $s))))))
      (local.set $i (i32.add (local.get $i) (i32.const 4)))
      (br_if $next (i32.ne (local.get $i) (local.get $n))))
    (local.get $s))
  ;; Of a row and a column of a matrix; then the address after the row.
  (func (export "product") (param $p i32) (param $q i32) (param $n i32) (result i64 i32)
    (local $width i32) (local $s i64)
    (local.set $width (i32.shl (local.get $n) (i32.const 1)))
    (loop $next
      (local.set $s
        (i64.add
          (local.get $s)
          (i64.mul
            (i64.load16_s (local.get $p))
            (i64.load16_u offset=4 (local.get $q)))))
      (local.set $p (i32.add (local.get $p) (i32.const 2)))
      (local.set $q (i32.add (local.get $q) (local.get $width)))
      (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $s)
    (local.get $p))
  ;; Two sums; the second loop may miss its end.
  (func (export "both") (param $n i32) (result i32 i32)
    (local $i i32) (local $s i32) (local $t i32)
    (loop $next
      (local.set $s (i32.add (local.get $s) (i32.load (local.get $i))))
      (local.set $t (i32.sub (local.get $t) (i32.load offset=4 (local.get $i))))
      (local.set $i (i32.add (local.get $i) (i32.const 8)))
      (br_if $next (i32.ne (local.get $i) (local.get $n))))
    (local.get $s)
    (local.get $t)))
