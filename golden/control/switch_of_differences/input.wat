;; Switches on small numbers less a constant: what is less than it becomes large, and goes to the default.
(module
  (memory 1)
  (data (i32.const 0) "\00\01\02\03\04\05\06\07\08\09\0a\0b\0c\0d\0e\0f\10\11\12\13\14\fe\ff\30")
  (func (export "scattered") (param $at i32) (result i32)
    (block $a (block $b (block $c (block $d
      (br_table $a $b $a $b $a $b $a $b $c $c $a $a $a $a $a $a $a $a $a $a $a $a $a $a $a $a $a $a $a $a $a $b $d
        (i32.sub (i32.load8_u (local.get $at)) (i32.const 5))))
      (return (i32.const 40)))
      (return (i32.const 30)))
      (return (i32.const 20)))
    (i32.const 10))
  (func (export "few") (param $at i32) (result i32)
    (block $a (block $b
      (br_table $a $b $a $b (i32.sub (i32.load8_u (local.get $at)) (i32.const 5))))
      (return (i32.const 20)))
    (i32.const 10))
  (func (export "tree") (param $at i32) (result i32)
    (block $a (block $b (block $c (block $d (block $e
      (br_table $a $b $c $d $e (i32.sub (i32.load8_u (local.get $at)) (i32.const 2))))
      (return (i32.const 50)))
      (return (i32.const 40)))
      (return (i32.const 30)))
      (return (i32.const 20)))
    (i32.const 10)))
