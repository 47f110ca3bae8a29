;; A loop tested at its top: the usual `block` around a `loop`.
(module
  (func (export "gcd") (param $a i32) (param $b i32) (result i32) (local $t i32)
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $b)))
        (local.set $t (local.get $b))
        (local.set $b (i32.rem_u (local.get $a) (local.get $b)))
        (local.set $a (local.get $t))
        (br $next)))
    (local.get $a))
  (func (export "with_if") (param $n i32) (result i32) (local $r i32)
    ;; The same loop written with `if`.
    (loop $next
      (if (local.get $n)
        (then
          (local.set $r (i32.add (local.get $r) (local.get $n)))
          (local.set $n (i32.sub (local.get $n) (i32.const 1)))
          (br $next))))
    (local.get $r)))
