;; The rotations of SHA-256's rounds.
(module
  (func (export "mix") (param $x i32) (param $y i32) (param $rounds i32) (result i32)
    (loop $next
      (local.set $x
        (i32.add
          (local.get $y)
          (i32.xor
            (i32.xor
              (i32.rotr (local.get $x) (i32.const 6))
              (i32.rotr (local.get $x) (i32.const 11)))
            (i32.rotl (local.get $x) (i32.const 7)))))
      (local.set $y (i32.xor (local.get $y) (i32.rotl (local.get $x) (i32.const 5))))
      (local.set $rounds (i32.sub (local.get $rounds) (i32.const 1)))
      (br_if $next (local.get $rounds)))
    (local.get $x)))
