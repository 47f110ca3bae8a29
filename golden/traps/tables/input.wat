;; Tables: index, null and type are checked.
(module
  (type $void (func))
  (type $number (func (result i32)))
  (table 3 funcref)
  (elem (i32.const 0) $void)
  (func $void (type $void))
  (func (export "call_void") (param $i i32) (call_indirect (type $void) (local.get $i)))
  (func (export "call_number") (param $i i32) (result i32)
    (call_indirect (type $number) (local.get $i)))
  (func (export "get") (param $i i32) (drop (table.get (local.get $i))))
  (func (export "set") (param $i i32) (table.set (local.get $i) (ref.null func))))
