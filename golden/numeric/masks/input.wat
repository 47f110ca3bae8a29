;; Where the range of a value is known, no mask is needed.
(module
  (memory 1)
  (data (i32.const 0) "\ff\01\80\7f\ff\ff")
  (func (export "sum_of_bytes") (result i32)
    ;; Sums of bytes stay below 2**32.
    (i32.add
      (i32.add (i32.load8_u (i32.const 0)) (i32.load8_u (i32.const 1)))
      (i32.add (i32.load8_u (i32.const 2)) (i32.load8_u (i32.const 3)))))
  (func (export "low_bits") (param $a i32) (param $b i32) (result i32)
    ;; What the "and" cuts off need not be cut off before.
    (i32.and (i32.add (local.get $a) (local.get $b)) (i32.const 255)))
  (func (export "difference") (param $a i32) (param $b i32) (result i32)
    (i32.sub (i32.and (local.get $a) (i32.const 15)) (i32.and (local.get $b) (i32.const 15))))
  (func (export "chain") (param $a i32) (param $b i32) (param $c i32) (result i32)
    ;; One mask for the whole chain.
    (i32.add (i32.add (local.get $a) (local.get $b)) (i32.add (local.get $c) (i32.const 7))))
  (func (export "set_bit") (param $at i32) (param $bit i32) (param $value i32) (result i32)
    ;; A bit that is shifted by no more than 7 stays in its byte.
    (i32.store8 (i32.const 8)
      (i32.or
        (i32.load8_u (i32.const 8))
        (i32.shl
          (i32.and (local.get $value) (i32.const 1))
          (i32.and (local.get $bit) (i32.const 7)))))
    (i32.load8_u (i32.const 8)))
  (func (export "shift_in") (param $hash i32) (param $byte i32) (result i32)
    (i32.xor
      (i32.add (i32.shl (local.get $hash) (i32.const 5)) (local.get $hash))
      (i32.and (local.get $byte) (i32.const 255)))))
