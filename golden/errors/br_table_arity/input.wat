;; Targets of a `br_table` that take different numbers of values.
(module
  (func (result i32)
    (block (result i32)
      (block
        (br_table 0 1 (i32.const 5) (i32.const 0)))
      (i32.const 1))))
