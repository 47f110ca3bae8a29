;; A local that was not declared.
(module
  (func $f (param i32) (local i64) (drop (local.get 2))))
