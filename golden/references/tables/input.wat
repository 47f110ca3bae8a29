;; Access, size and growth of tables of host references.
(module
  (table $t (export "table") 2 5 externref)
  (func (export "get") (param $i i32) (result externref) (table.get $t (local.get $i)))
  (func (export "set") (param $i i32) (param $x externref)
    (table.set $t (local.get $i) (local.get $x)))
  (func (export "size") (result i32) (table.size $t))
  (func (export "grow") (param $x externref) (param $n i32) (result i32)
    (table.grow $t (local.get $x) (local.get $n)))
  (func (export "fill") (param $i i32) (param $x externref) (param $n i32)
    (table.fill $t (local.get $i) (local.get $x) (local.get $n))))
