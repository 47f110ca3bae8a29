;; `a && b || c` as compilers write it.
(module
  (import "host" "echo" (func $test (param i32) (result i32)))
  (func (export "and_or") (param $a i32) (param $b i32) (param $c i32) (result i32)
    (block $yes
      (block $or
        (br_if $or (i32.eqz (call $test (local.get $a))))
        (br_if $yes (call $test (local.get $b))))
      (br_if $yes (call $test (local.get $c)))
      (return (i32.const 0)))
    (i32.const 1))
  (func (export "if_and") (param $a i32) (param $b i32) (result i32)
    (if (result i32)
      (if (result i32) (local.get $a)
        (then (i32.ne (local.get $b) (i32.const 3)))
        (else (i32.const 0)))
      (then (i32.const 10))
      (else (i32.const 20)))))
