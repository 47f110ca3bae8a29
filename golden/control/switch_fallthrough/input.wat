;; Arms that run into the next one.
(module
  (import "host" "log" (func $log (param i32)))
  (func (export "count_down") (param $n i32)
    (block $zero
      (block $one
        (block $two
          (block $three
            (br_table $zero $one $two $three $three (local.get $n)))
          (call $log (i32.const 3)))
        (call $log (i32.const 2)))
      (call $log (i32.const 1)))
    (call $log (i32.const 0)))
  (func (export "partly") (param $n i32) (result i32) (local $r i32)
    (block $end
      (block $c
        (block $b
          (block $a
            (br_table $a $b $c $end (local.get $n)))
          (local.set $r (i32.add (local.get $r) (i32.const 100)))
          ;; Falls into b.
        )
        (local.set $r (i32.add (local.get $r) (i32.const 10)))
        (br $end))
      (local.set $r (i32.const 1)))
    (local.get $r)))
