;; Loops that fill and copy, tested before the first iteration or after it, for equality or order.
(module
  (memory 1)
  (func (export "fill") (param $to i32) (param $value i32) (param $count i32)
    (block $end
      (loop $next
        (br_if $end (i32.eqz (local.get $count)))
        (i32.store8 (local.get $to) (local.get $value))
        (local.set $to (i32.add (local.get $to) (i32.const 1)))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (br $next))))
  (func (export "fill_lines") (param $to i32) (param $count i32) (result i32)
    (if (i32.lt_u (local.get $count) (i32.const 32)) (then (return (local.get $to))))
    (loop $next
      (i64.store offset=24 (local.get $to) (i64.const 0x0101010101010101))
      (i64.store offset=16 (local.get $to) (i64.const 0x0101010101010101))
      (i64.store offset=8 (local.get $to) (i64.const 0x0101010101010101))
      (i64.store (local.get $to) (i64.const 0x0101010101010101))
      (local.set $to (i32.add (local.get $to) (i32.const 32)))
      (local.set $count (i32.sub (local.get $count) (i32.const 32)))
      (br_if $next (i32.gt_u (local.get $count) (i32.const 31))))
    (i32.sub (local.get $to) (local.get $count)))
  (func (export "fill_signed") (param $i i32) (param $end i32) (result i32)
    (loop $next
      (i32.store16 offset=16 (i32.shl (local.get $i) (i32.const 1)) (i32.const 0x0203))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $next (i32.lt_s (local.get $i) (local.get $end))))
    (local.get $i))
  (func (export "copy") (param $to i32) (param $from i32) (param $end i32)
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $to) (local.get $end)))
        (i32.store (local.get $to) (i32.load (local.get $from)))
        (local.set $to (i32.add (local.get $to) (i32.const 4)))
        (local.set $from (i32.add (local.get $from) (i32.const 4)))
        (br $next))))
  (func (export "copy_down") (param $to i32) (param $from i32) (param $count i32)
    (local.set $to (i32.add (local.get $to) (local.get $count)))
    (local.set $from (i32.add (local.get $from) (local.get $count)))
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $count)))
        (local.set $to (i32.sub (local.get $to) (i32.const 1)))
        (local.set $from (i32.sub (local.get $from) (i32.const 1)))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (i32.store8 (local.get $to) (i32.load8_u (local.get $from)))
        (br $next))))
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
