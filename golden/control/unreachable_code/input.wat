;; Code after an unconditional branch is validated and left out.
(module
  (func (export "after_return") (result i32)
    (return (i32.const 1))
    (i32.add (i32.const 2) (i32.const 3)))
  (func (export "after_br") (param $x i32) (result i32)
    (block $b
      (br $b)
      (local.set $x (i32.const 99)))
    (local.get $x))
  (func (export "polymorphic") (result i32)
    (return (i32.const 7))
    i64.extend_i32_u
    drop
    drop
    i32.eqz)
  (func (export "dead_loop") (param $x i32) (result i32)
    (block $out
      (br $out)
      (loop $forever (br $forever)))
    (local.get $x))
  (func (export "arm") (param $x i32) (result i32)
    (if (result i32) (local.get $x)
      (then (i32.const 1))
      (else (unreachable) (i32.const 2)))))
