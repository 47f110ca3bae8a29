;; A table of remainders, built on first use, and the checksum.
(module
  (memory (export "memory") 1)
  (data (i32.const 2048) "The quick brown fox jumps over the lazy dog")
  (func $build (local $i i32) (local $j i32) (local $c i32)
    (loop $bytes
      (local.set $c (local.get $i))
      (local.set $j (i32.const 8))
      (loop $bits
        (local.set $c
          (i32.xor
            (i32.shr_u (local.get $c) (i32.const 1))
            (i32.and
              (i32.sub (i32.const 0) (i32.and (local.get $c) (i32.const 1)))
              (i32.const 0xedb88320))))
        (br_if $bits (local.tee $j (i32.sub (local.get $j) (i32.const 1)))))
      (i32.store (i32.shl (local.get $i) (i32.const 2)) (local.get $c))
      (br_if $bytes
        (i32.lt_u
          (local.tee $i (i32.add (local.get $i) (i32.const 1)))
          (i32.const 256)))))
  (func (export "crc32") (param $p i32) (param $n i32) (result i32) (local $c i32)
    (if (i32.eqz (i32.load (i32.const 4))) (then (call $build)))
    (local.set $c (i32.const -1))
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $n)))
        (local.set $c
          (i32.xor
            (i32.load
              (i32.shl
                (i32.and
                  (i32.xor (local.get $c) (i32.load8_u (local.get $p)))
                  (i32.const 255))
                (i32.const 2)))
            (i32.shr_u (local.get $c) (i32.const 8))))
        (local.set $p (i32.add (local.get $p) (i32.const 1)))
        (local.set $n (i32.sub (local.get $n) (i32.const 1)))
        (br $next)))
    (i32.xor (local.get $c) (i32.const -1))))
