;; Where a remainder is found sooner than a mask: indexes, bytes of hashes, differences.
(module
  (memory 1)
  (data (i32.const 0) "\10\20\30\40\50\60\70\80")
  (func (export "cell") (param $base i32) (param $index i32) (result i32)
    (i32.load8_u (i32.add (local.get $base) (i32.shl (local.get $index) (i32.const 1)))))
  (func (export "byte_of_a_hash") (param $x i32) (result i32)
    (local $h i32)
    (local.set $h (i32.mul (local.get $x) (i32.const -1640531535)))
    (i32.and
      (i32.xor (local.get $h) (i32.shr_u (local.get $h) (i32.const 15)))
      (i32.const 255)))
  (func (export "difference") (param $a i32) (param $b i32) (result i32)
    (i32.sub (local.get $a) (local.get $b)))
  (func (export "sum") (param $a i32) (param $b i32) (result i32)
    (i32.add (local.get $a) (local.get $b)))
  (func (export "halves") (param $low i32) (param $high i32) (result i32)
    (local $middle i32)
    (loop $next
      (local.set $middle
        (i32.shr_u (i32.add (local.get $low) (local.get $high)) (i32.const 1)))
      (if (i32.lt_u (i32.load8_u (local.get $middle)) (i32.const 100))
        (then (local.set $low (i32.add (local.get $middle) (i32.const 1))))
        (else (local.set $high (local.get $middle))))
      (br_if $next (i32.lt_u (local.get $low) (local.get $high))))
    (local.get $low)))
