;; Loops that fill a row of cells, with one store a round or several.
(module
  (memory 1)
  (func (export "words") (param $value i32) (local $i i32)
    (loop $next
      (i32.store offset=64 (local.get $i) (local.get $value))
      (local.set $i (i32.add (local.get $i) (i32.const 4)))
      (br_if $next (i32.ne (local.get $i) (i32.const 256)))))
  (func (export "unrolled") (local $i i32)
    (loop $next
      (i64.store (i32.add (local.get $i) (i32.const 1008)) (i64.const 0x0102030405060708))
      (i64.store (i32.add (local.get $i) (i32.const 1000)) (i64.const 0x0102030405060708))
      (local.set $i (i32.add (local.get $i) (i32.const 16)))
      (br_if $next (i32.ne (local.get $i) (i32.const 320)))))
  (func (export "to_the_end") (param $end i32) (local $i i32)
    (local.set $i (i32.const 65500))
    (loop $next
      (i32.store8 (local.get $i) (i32.const 7))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $i) (local.get $end))))
    (i32.store (i32.const 0) (local.get $i)))
  (func (export "sum") (param $from i32) (param $count i32) (result i32) (local $s i32)
    (loop $next
      (local.set $s
        (i32.add
          (i32.mul (local.get $s) (i32.const 3))
          (i32.load8_u (local.get $from))))
      (local.set $from (i32.add (local.get $from) (i32.const 1)))
      (local.set $count (i32.sub (local.get $count) (i32.const 1)))
      (br_if $next (i32.gt_s (local.get $count) (i32.const 0))))
    (local.get $s)))
