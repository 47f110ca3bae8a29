;; `ref.func` of a function that nothing outside of functions refers to.
(module
  (func $f)
  (func (result funcref) (ref.func $f)))
