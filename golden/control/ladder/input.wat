;; What a compiler makes of a loop that is entered in its middle: a dispatch variable
;; at the head of the loop.
(module
  (import "host" "log" (func $log (param i32)))
  (func (export "run") (param $state i32) (param $fuel i32)
    (loop $dispatch
      (block $exit
        (block $s2
          (block $s1
            (block $s0
              (br_table $s0 $s1 $s2 $exit (local.get $state)))
            (call $log (i32.const 0))
            (local.set $state (i32.const 1))
            (br_if $exit (i32.eqz (local.tee $fuel (i32.sub (local.get $fuel) (i32.const 1)))))
            (br $dispatch))
          (call $log (i32.const 1))
          (local.set $state
            (select (i32.const 2) (i32.const 0) (i32.and (local.get $fuel) (i32.const 1))))
          (br $dispatch))
        (call $log (i32.const 2))
        (local.set $state (i32.const 0))
        (br $dispatch)))))
