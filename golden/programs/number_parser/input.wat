;; A scanner with several exits: sign, digits, an optional fraction.
(module
  (memory (export "memory") 1)
  (data (i32.const 0) "42\00-17\003.25\00-.5\00x1\001.2.3\00")
  (func (export "parse") (param $p i32) (result f64)
    (local $c i32) (local $sign f64) (local $value f64) (local $scale f64)
    (local.set $sign (f64.const 1))
    (local.set $scale (f64.const 1))
    (block $bad
      (if (i32.eq (i32.load8_u (local.get $p)) (i32.const 45))
        (then
          (local.set $sign (f64.const -1))
          (local.set $p (i32.add (local.get $p) (i32.const 1)))))
      (block $end
        (block $fraction
          (loop $digits
            (local.set $c (i32.load8_u (local.get $p)))
            (br_if $end (i32.eqz (local.get $c)))
            (br_if $fraction (i32.eq (local.get $c) (i32.const 46)))
            (br_if $bad (i32.gt_u (i32.sub (local.get $c) (i32.const 48)) (i32.const 9)))
            (local.set $value
              (f64.add
                (f64.mul (local.get $value) (f64.const 10))
                (f64.convert_i32_u (i32.sub (local.get $c) (i32.const 48)))))
            (local.set $p (i32.add (local.get $p) (i32.const 1)))
            (br $digits)))
        (loop $decimals
          (local.set $p (i32.add (local.get $p) (i32.const 1)))
          (local.set $c (i32.load8_u (local.get $p)))
          (br_if $end (i32.eqz (local.get $c)))
          (br_if $bad (i32.gt_u (i32.sub (local.get $c) (i32.const 48)) (i32.const 9)))
          (local.set $scale (f64.div (local.get $scale) (f64.const 10)))
          (local.set $value
            (f64.add
              (local.get $value)
              (f64.mul
                (local.get $scale)
                (f64.convert_i32_u (i32.sub (local.get $c) (i32.const 48))))))
          (br $decimals)))
      (return (f64.mul (local.get $sign) (local.get $value))))
    (f64.const nan)))
