;; Fill, copy (over itself too), initialise from a segment and drop it.
(module
  (memory 1)
  (data $digits "0123456789")
  (func (export "fill") (param $d i32) (param $x i32) (param $n i32)
    (memory.fill (local.get $d) (local.get $x) (local.get $n)))
  (func (export "copy") (param $d i32) (param $s i32) (param $n i32)
    (memory.copy (local.get $d) (local.get $s) (local.get $n)))
  (func (export "init") (param $d i32) (param $s i32) (param $n i32)
    (memory.init $digits (local.get $d) (local.get $s) (local.get $n)))
  (func (export "drop") (data.drop $digits))
  (func (export "load") (param $p i32) (result i64) (i64.load (local.get $p))))
