;; A `br_table` with an arm for each case: a switch.
(module
  (func (export "days") (param $month i32) (result i32) (local $r i32)
    (block $done
      (block $default
        (block $thirty_one
          (block $thirty
            (block $february
              (br_table
                $thirty_one $february $thirty_one $thirty $thirty_one $thirty
                $thirty_one $thirty_one $thirty $thirty_one $thirty $thirty_one
                $default
                (i32.sub (local.get $month) (i32.const 1))))
            (local.set $r (i32.const 28))
            (br $done))
          (local.set $r (i32.const 30))
          (br $done))
        (local.set $r (i32.const 31))
        (br $done))
      (local.set $r (i32.const -1)))
    (local.get $r))
  (func (export "operate") (param $op i32) (param $a i32) (param $b i32) (result i32)
    (block $default
      (block $xor
        (block $mul
          (block $sub
            (block $add
              (br_table $add $sub $mul $xor $default (local.get $op)))
            (return (i32.add (local.get $a) (local.get $b))))
          (return (i32.sub (local.get $a) (local.get $b))))
        (return (i32.mul (local.get $a) (local.get $b))))
      (return (i32.xor (local.get $a) (local.get $b))))
    (i32.const 0)))
