;; Masks made of a sign bit, and tests of it, as compilers write them for a choice by one bit.
(module
  (memory 1)
  ;; Three bits of a cyclic redundancy check.
  (func (export "crc") (param $x i32) (result i32)
    (i32.xor
      (i32.xor
        (i32.and (i32.sub (i32.const 0) (i32.and (local.get $x) (i32.const 1))) (i32.const 0xEDB88320))
        (i32.and (i32.shr_s (i32.shl (local.get $x) (i32.const 30)) (i32.const 31)) (i32.const 0x76DC419)))
      (i32.xor
        (i32.and (i32.shr_s (local.get $x) (i32.const 31)) (i32.const 99))
        (i32.shr_u (local.get $x) (i32.const 3)))))
  ;; A product in the field of 256 numbers.
  (func (export "doubled") (param $x i32) (result i32)
    (i32.and
      (i32.xor
        (i32.shl (local.get $x) (i32.const 1))
        (i32.and (i32.shr_u (i32.extend8_s (local.get $x)) (i32.const 7)) (i32.const 27)))
      (i32.const 255)))
  (func (export "long") (param $x i64) (param $y i64) (result i64)
    (i64.add
      (i64.and (i64.shr_s (i64.extend32_s (local.get $x)) (i64.const 40)) (i64.const 1000))
      (i64.and
        (i64.sub (i64.const 0) (i64.extend_i32_u (i64.lt_s (local.get $x) (local.get $y))))
        (i64.const -16))))
  (func (export "less") (param $x i32) (param $y i32) (result i32)
    (i32.and (i32.sub (i32.const 0) (i32.lt_s (local.get $x) (local.get $y))) (i32.const -2)))
  ;; Just beside: not only copies of the sign are asked for.
  (func (export "beside") (param $x i32) (result i32)
    (i32.xor
      (i32.and (i32.shr_s (i32.extend8_s (local.get $x)) (i32.const 6)) (i32.const 27))
      (i32.xor
        (i32.and (i32.shr_u (i32.extend8_s (local.get $x)) (i32.const 8)) (i32.const 0x3000000))
        (i32.and (i32.sub (i32.const 0) (i32.and (local.get $x) (i32.const 3))) (i32.const 5)))))
  (func (export "tests") (param $x i32) (result i32) (local $n i32)
    (if (i32.lt_s (i32.extend8_s (local.get $x)) (i32.const 0))
      (then (local.set $n (i32.const 1))))
    (if (i32.gt_s (i32.extend16_s (local.get $x)) (i32.const -1))
      (then (local.set $n (i32.add (local.get $n) (i32.const 2)))))
    (if (i32.ge_s (i32.shl (local.get $x) (i32.const 3)) (i32.const 0))
      (then (local.set $n (i32.add (local.get $n) (i32.const 4)))))
    (if (i32.le_s (i32.extend8_s (i32.load8_u (local.get $x))) (i32.const -1))
      (then (local.set $n (i32.add (local.get $n) (i32.const 8)))))
    (local.get $n))
  ;; Eight bits of what is calculated, stored.
  (func (export "drawn") (param $s i32) (result i32)
    (i32.store8 (i32.const 0)
      (i32.shr_u (i32.add (i32.mul (local.get $s) (i32.const 1103515245)) (i32.const 12345)) (i32.const 16)))
    (i32.store8 (i32.const 1)
      (i32.shr_u (i32.add (i32.mul (local.get $s) (i32.const 1103515245)) (i32.const 12345)) (i32.const 26)))
    (i32.load16_u (i32.const 0))))
