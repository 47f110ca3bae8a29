;; A load where there is no memory.
(module
  (func (drop (i32.load (i32.const 0)))))
