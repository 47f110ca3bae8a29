;; A `br_table` whose targets take a value.
(module
  (func (export "pick") (param $n i32) (param $x i32) (result i32)
    (block $a (result i32)
      (i32.add
        (i32.const 100)
        (block $b (result i32)
          (i32.mul
            (i32.const 2)
            (block $c (result i32)
              (br_table $c $b $a (local.get $x) (local.get $n)))))))))
