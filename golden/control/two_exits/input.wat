;; A loop left in two ways, with different code after each.
(module
  (memory 1)
  (data (i32.const 0) "hello\00world")
  (func (export "index_of") (param $c i32) (param $n i32) (result i32) (local $i i32)
    (block $found
      (block $end
        (loop $next
          (br_if $end (i32.ge_u (local.get $i) (local.get $n)))
          (br_if $found (i32.eq (i32.load8_u (local.get $i)) (local.get $c)))
          (local.set $i (i32.add (local.get $i) (i32.const 1)))
          (br $next)))
      (return (i32.const -1)))
    (i32.add (local.get $i) (i32.const 1000))))
