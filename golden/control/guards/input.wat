;; A chain of guards: each failing test leaves the block.
(module
  (memory 1)
  (data (i32.const 0) "GET /")
  (func (export "is_get") (param $p i32) (result i32)
    (block $no
      (br_if $no (i32.ne (i32.load8_u (local.get $p)) (i32.const 71)))
      (br_if $no (i32.ne (i32.load8_u offset=1 (local.get $p)) (i32.const 69)))
      (br_if $no (i32.ne (i32.load8_u offset=2 (local.get $p)) (i32.const 84)))
      (br_if $no (i32.ne (i32.load8_u offset=3 (local.get $p)) (i32.const 32)))
      (return (i32.const 1)))
    (i32.const 0))
  (func (export "all_or_nothing") (param $a i32) (param $b i32) (result i32) (local $r i32)
    (block $skip
      (br_if $skip (i32.eqz (local.get $a)))
      (br_if $skip (i32.eqz (local.get $b)))
      (local.set $r (i32.div_u (local.get $a) (local.get $b)))
      (local.set $r (i32.add (local.get $r) (i32.const 1))))
    (local.get $r)))
