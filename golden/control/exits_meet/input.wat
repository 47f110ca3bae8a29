;; A loop left in several ways, each with a little to do before they meet: it is done where the loop is left.
(module
  (memory 1)
  (data (i32.const 0) "abcabcabdabc\00")
  ;; How many bytes at $a and $b are equal, up to $n: two at a time.
  (func (export "match") (param $a i32) (param $b i32) (param $n i32) (result i32)
    (local $i i32) (local $l i32)
    (block $met
      (block $odd
        (block $long
          (loop $next
            (br_if $met (i32.ge_u (local.get $i) (local.get $n)))
            (br_if $met
              (i32.ne (i32.load8_u (i32.add (local.get $a) (local.get $i)))
                (i32.load8_u (i32.add (local.get $b) (local.get $i)))))
            (br_if $odd
              (i32.ne (i32.load8_u offset=1 (i32.add (local.get $a) (local.get $i)))
                (i32.load8_u offset=1 (i32.add (local.get $b) (local.get $i)))))
            (local.set $l (local.tee $i (i32.add (local.get $i) (i32.const 2))))
            (br_if $long (i32.eq (local.get $i) (i32.const 8)))
            (br $next)))
        (local.set $l (i32.const 999))
        (br $met))
      (local.set $l (i32.or (local.get $l) (i32.const 1))))
    (i32.mul (local.get $l) (i32.const 10)))
  ;; The same out of two loops: what goes on with the outer one does so.
  (func (export "rows") (param $n i32) (result i32)
    (local $i i32) (local $j i32) (local $sum i32)
    (loop $row
      (local.set $j (i32.const 0))
      (block $done
        (block $skip
          (loop $next
            (br_if $skip (i32.eq (i32.load8_u (i32.add (local.get $i) (local.get $j))) (i32.const 100)))
            (local.set $sum (i32.add (local.get $sum) (i32.const 1)))
            (local.set $j (i32.add (local.get $j) (i32.const 1)))
            (br_if $done (i32.eq (local.get $j) (i32.const 3)))
            (br $next)))
        (local.set $sum (i32.add (local.get $sum) (i32.const 1000))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $row (i32.lt_u (local.get $i) (local.get $n))))
    (local.get $sum)))
