;; A block leaves more values than it has results.
(module
  (func (result i32)
    i32.const 1
    i32.const 2))
