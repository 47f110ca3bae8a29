;; Loops that copy cells, one after the other: also to where they are copied from later.
(module
  (memory 1)
  (data (i32.const 0) "a text to be copied, and then once more")
  (func (export "words") (param $to i32) (param $from i32) (param $n i32)
    (loop $next
      (i32.store (local.get $to) (i32.load (local.get $from)))
      (i32.store offset=4 (local.get $to) (i32.load offset=4 (local.get $from)))
      (local.set $to (i32.add (local.get $to) (i32.const 8)))
      (local.set $from (i32.add (local.get $from) (i32.const 8)))
      (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 2))))))
  ;; A match of a decompressor; gives the address behind it.
  (func (export "match") (param $to i32) (param $distance i32) (param $n i32) (result i32)
    (local $i i32)
    (loop $next
      (i32.store8
        (i32.add (local.get $to) (local.get $i))
        (i32.load8_u
          (i32.sub (i32.add (local.get $to) (local.get $i)) (local.get $distance))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $next (i32.ne (local.get $i) (local.get $n))))
    (i32.add (local.get $to) (local.get $i)))
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
