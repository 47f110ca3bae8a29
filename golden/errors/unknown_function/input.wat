;; A call of a function that is not there.
(module
  (func $f (call 1)))
