;; A constant global is set.
(module
  (global $g i32 (i32.const 1))
  (func (global.set $g (i32.const 2))))
