;; Locals start at zero; `tee` sets and passes on.
(module
  (func (export "defaults") (result i32 i64 f32 f64 externref)
    (local i32 i64 f32 f64 externref)
    local.get 0
    local.get 1
    local.get 2
    local.get 3
    local.get 4)
  (func (export "swap") (param $a i32) (param $b i32) (result i32 i32) (local $t i32)
    (local.set $t (local.get $a))
    (local.set $a (local.get $b))
    (local.set $b (local.get $t))
    (local.get $a)
    (local.get $b))
  (func (export "swap_on_stack") (param $a i32) (param $b i32) (result i32 i32)
    ;; Both values are read before either is written.
    (local.get $a)
    (local.get $b)
    (local.set $a)
    (local.set $b)
    (local.get $a)
    (local.get $b))
  (func (export "tee") (param $a i32) (result i32) (local $t i32)
    (i32.mul
      (local.tee $t (i32.add (local.get $a) (i32.const 1)))
      (local.get $t))))
