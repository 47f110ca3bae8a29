;; A call through a table checks the index, the element and its type.
(module
  (type $binary (func (param i32 i32) (result i32)))
  (type $unary (func (param i32) (result i32)))
  (table 5 funcref)
  (elem (i32.const 0) $add $sub $negate)
  (func $add (type $binary) (i32.add (local.get 0) (local.get 1)))
  (func $sub (type $binary) (i32.sub (local.get 0) (local.get 1)))
  (func $negate (type $unary) (i32.sub (i32.const 0) (local.get 0)))
  (func (export "binary") (param $op i32) (param $a i32) (param $b i32) (result i32)
    (call_indirect (type $binary) (local.get $a) (local.get $b) (local.get $op)))
  (func (export "unary") (param $op i32) (param $a i32) (result i32)
    (call_indirect (type $unary) (local.get $a) (local.get $op)))
  (func (export "fold") (param $op i32) (param $n i32) (result i32)
    (local $r i32)
    (loop $next
      (if (local.get $n)
        (then
          (local.set $r
            (call_indirect (type $binary) (local.get $r) (local.get $n) (local.get $op)))
          (local.set $n (i32.sub (local.get $n) (i32.const 1)))
          (br $next))))
    (local.get $r)))
