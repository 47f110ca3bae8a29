;; Two exports of one name.
(module
  (func (export "a"))
  (memory (export "a") 1))
