;; A start function with a parameter.
(module
  (func $s (param i32))
  (start $s))
