;; Code between the exits of a loop, with both `break` and `continue` in arms.
(module
  (import "host" "log" (func $log (param i32)))
  (func (export "run") (param $n i32) (result i32) (local $i i32) (local $odd i32)
    (block $out
      (loop $next
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (if (i32.and (local.get $i) (i32.const 1))
          (then
            (local.set $odd (i32.add (local.get $odd) (i32.const 1)))
            (br_if $out (i32.gt_u (local.get $odd) (i32.const 4))))
          (else
            (br_if $next (i32.lt_u (local.get $i) (i32.const 3)))
            (call $log (local.get $i))))
        (br_if $next (i32.lt_u (local.get $i) (local.get $n))))
      (call $log (i32.const 100)))
    (local.get $i)))
