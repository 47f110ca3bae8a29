;; Many cases, few targets: ranges of equal targets are one test.
(module
  (func (export "kind_of_character") (param $c i32) (result i32)
    (block $other
      (block $digit
        (block $space
          (br_table
            $other $other $other $other $other $other $other $other $other $space
            $space $other $other $space $other $other $other $other $other $other
            $other $other $other $other $other $other $other $other $other $other
            $other $other $space $other $other $other $other $other $other $other
            $other $other $other $other $other $other $other $other $digit $digit
            $digit $digit $digit $digit $digit $digit $digit $digit $other
            (local.get $c)))
        (return (i32.const 1)))
      (return (i32.const 2)))
    (i32.const 0)))
