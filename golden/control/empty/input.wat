;; Blocks and loops with nothing in them, a loop without a branch back.
(module
  (func (export "nothing"))
  (func (export "empty_blocks") (param $x i32) (result i32)
    (block)
    (loop)
    (if (local.get $x) (then))
    (if (local.get $x) (then) (else))
    (block (block (block)))
    (nop)
    (local.get $x))
  (func (export "straight_loop") (param $x i32) (result i32)
    (loop $never
      (local.set $x (i32.add (local.get $x) (i32.const 1))))
    (local.get $x))
  (func (export "branch_to_end") (param $x i32)
    (br_if 0 (local.get $x))
    (br 0)))
