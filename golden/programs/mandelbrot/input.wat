;; Floats in a loop with two conditions: iterations until a point escapes.
(module
  (func $escape (export "escape") (param $x f64) (param $y f64) (param $limit i32) (result i32)
    (local $zx f64) (local $zy f64) (local $t f64) (local $i i32)
    (block $out
      (loop $next
        (br_if $out (i32.ge_u (local.get $i) (local.get $limit)))
        (br_if $out
          (f64.gt
            (f64.add
              (f64.mul (local.get $zx) (local.get $zx))
              (f64.mul (local.get $zy) (local.get $zy)))
            (f64.const 4)))
        (local.set $t
          (f64.add
            (f64.sub
              (f64.mul (local.get $zx) (local.get $zx))
              (f64.mul (local.get $zy) (local.get $zy)))
            (local.get $x)))
        (local.set $zy
          (f64.add
            (f64.mul (f64.mul (local.get $zx) (local.get $zy)) (f64.const 2))
            (local.get $y)))
        (local.set $zx (local.get $t))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $next)))
    (local.get $i))
  (func (export "area") (param $n i32) (result i32)
    (local $i i32) (local $j i32) (local $inside i32)
    (loop $rows
      (local.set $j (i32.const 0))
      (loop $columns
        (if
          (i32.eq
            (call $escape
              (f64.sub
                (f64.div
                  (f64.mul (f64.convert_i32_u (local.get $j)) (f64.const 3))
                  (f64.convert_i32_u (local.get $n)))
                (f64.const 2))
              (f64.sub
                (f64.div
                  (f64.mul (f64.convert_i32_u (local.get $i)) (f64.const 2))
                  (f64.convert_i32_u (local.get $n)))
                (f64.const 1))
              (i32.const 50))
            (i32.const 50))
          (then (local.set $inside (i32.add (local.get $inside) (i32.const 1)))))
        (br_if $columns
          (i32.lt_u
            (local.tee $j (i32.add (local.get $j) (i32.const 1)))
            (local.get $n))))
      (br_if $rows
        (i32.lt_u
          (local.tee $i (i32.add (local.get $i) (i32.const 1)))
          (local.get $n))))
    (local.get $inside)))
