;; `memory.init` of a segment that is not there.
(module
  (memory 1)
  (data "a")
  (func (memory.init 1 (i32.const 0) (i32.const 0) (i32.const 0))))
