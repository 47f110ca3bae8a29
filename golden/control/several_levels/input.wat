;; Branches over several levels at once, out of the middle of the code.
(module
  (import "host" "log" (func $log (param i32)))
  (func (export "levels") (param $x i32)
    (block $a
      (call $log (i32.const 1))
      (block $b
        (call $log (i32.const 2))
        (block $c
          (call $log (i32.const 3))
          (br_if $a (i32.eq (local.get $x) (i32.const 0)))
          (call $log (i32.const 4))
          (br_if $b (i32.eq (local.get $x) (i32.const 1)))
          (call $log (i32.const 5))
          (br_if $c (i32.eq (local.get $x) (i32.const 2)))
          (call $log (i32.const 6)))
        (call $log (i32.const 7))
        (br_if $a (i32.eq (local.get $x) (i32.const 3)))
        (call $log (i32.const 8)))
      (call $log (i32.const 9)))
    (call $log (i32.const 10))))
