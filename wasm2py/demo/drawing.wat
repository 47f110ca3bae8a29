;; The module of `python -m wasm2py.demo`: draws the Mandelbrot set, a Julia set and
;; generations of Conway's Game of Life as text, into its memory.
;;
;;     wasm-tools parse drawing.wat -o drawing.wasm

(module $drawing
  (memory (export "memory") 1)

  ;; Where things are in the memory. Text is drawn from 4096 on, cells are at 1024 and
  ;; 2560, one byte each.
  (data (i32.const 0) " .:-=+*#%@")
  (data (i32.const 16) "Mandelbrot set, \00")
  (data (i32.const 48) "Julia set, \00")
  (data (i32.const 80) " points, \00")
  (data (i32.const 112) " steps\00")

  (global $shades i32 (i32.const 10))
  (global $canvas i32 (i32.const 4096))
  (global $columns i32 (i32.const 48))
  (global $rows i32 (i32.const 16))
  (global $cursor (mut i32) (i32.const 4096))
  (global $steps (mut i32) (i32.const 0))
  (global $cells (mut i32) (i32.const 1024))
  (global $others (mut i32) (i32.const 2560))

  ;; Text

  (func $put (param $character i32)
    (i32.store8 (global.get $cursor) (local.get $character))
    (global.set $cursor (i32.add (global.get $cursor) (i32.const 1))))

  (func $repeat (param $character i32) (param $count i32)
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $count)))
        (call $put (local.get $character))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (br $next))))

  (func $write (param $text i32)
    (local $character i32)
    (loop $next
      (local.set $character (i32.load8_u (local.get $text)))
      (if (local.get $character)
        (then
          (call $put (local.get $character))
          (local.set $text (i32.add (local.get $text) (i32.const 1)))
          (br $next)))))

  (func $write_number (param $number i32)
    (if (i32.ge_u (local.get $number) (i32.const 10))
      (then (call $write_number (i32.div_u (local.get $number) (i32.const 10)))))
    (call $put
      (i32.add (i32.const 48) (i32.rem_u (local.get $number) (i32.const 10)))))

  (func $line (param $width i32)
    (call $put (i32.const 43))
    (call $repeat (i32.const 45) (local.get $width))
    (call $put (i32.const 43))
    (call $put (i32.const 10)))

  (func $begin (param $width i32)
    (global.set $cursor (global.get $canvas))
    (global.set $steps (i32.const 0))
    (call $line (local.get $width)))

  ;; Where the drawing is, and its length.
  (func $drawn (result i32 i32)
    (global.get $canvas)
    (i32.sub (global.get $cursor) (global.get $canvas)))

  (func $caption (param $title i32) (param $points i32)
    (call $write (local.get $title))
    (call $write_number (local.get $points))
    (call $write (i32.const 80))
    (call $write_number (global.get $steps))
    (call $write (i32.const 112))
    (call $put (i32.const 10)))

  ;; Fractals

  ;; The place of `index`, of `count`, between two bounds.
  (func $place (param $index i32) (param $count i32) (param $low f64) (param $high f64)
    (result f64)
    (f64.add
      (local.get $low)
      (f64.mul
        (f64.sub (local.get $high) (local.get $low))
        (f64.div
          (f64.add (f64.convert_i32_u (local.get $index)) (f64.const 0.5))
          (f64.convert_i32_u (local.get $count))))))

  ;; The largest part of the set, where counting steps would never end.
  (func $in_cardioid (param $x f64) (param $y f64) (result i32)
    (local $a f64) (local $q f64)
    (local.set $a (f64.sub (local.get $x) (f64.const 0.25)))
    (local.set $q
      (f64.add
        (f64.mul (local.get $a) (local.get $a))
        (f64.mul (local.get $y) (local.get $y))))
    (f64.le
      (f64.mul (local.get $q) (f64.add (local.get $q) (local.get $a)))
      (f64.mul (f64.const 0.25) (f64.mul (local.get $y) (local.get $y)))))

  (func $in_bulb (param $x f64) (param $y f64) (result i32)
    (local $a f64)
    (local.set $a (f64.add (local.get $x) (f64.const 1)))
    (f64.le
      (f64.add
        (f64.mul (local.get $a) (local.get $a))
        (f64.mul (local.get $y) (local.get $y)))
      (f64.const 0.0625)))

  ;; How many steps z := z * z + c takes to leave the circle of radius 2.
  (func $escape_time (param $zx f64) (param $zy f64) (param $cx f64) (param $cy f64)
    (param $limit i32) (result i32)
    (local $count i32) (local $xx f64) (local $yy f64)
    (loop $next
      (local.set $xx (f64.mul (local.get $zx) (local.get $zx)))
      (local.set $yy (f64.mul (local.get $zy) (local.get $zy)))
      (if (f64.le (f64.add (local.get $xx) (local.get $yy)) (f64.const 4))
        (then
          (local.set $zy
            (f64.add
              (f64.mul (f64.mul (f64.const 2) (local.get $zx)) (local.get $zy))
              (local.get $cy)))
          (local.set $zx
            (f64.add (f64.sub (local.get $xx) (local.get $yy)) (local.get $cx)))
          (local.set $count (i32.add (local.get $count) (i32.const 1)))
          (br_if $next (i32.lt_u (local.get $count) (local.get $limit))))))
    (global.set $steps (i32.add (global.get $steps) (local.get $count)))
    (local.get $count))

  (func $shade (param $count i32) (param $limit i32)
    (local $index i32)
    (local.set $index
      (select
        (i32.sub (global.get $shades) (i32.const 1))
        (i32.rem_u (local.get $count) (i32.sub (global.get $shades) (i32.const 1)))
        (i32.eq (local.get $count) (local.get $limit))))
    (call $put (i32.load8_u (local.get $index))))

  (func $mandelbrot_point (param $x f64) (param $y f64) (param $limit i32) (result i32)
    (if (call $in_cardioid (local.get $x) (local.get $y))
      (then (return (local.get $limit))))
    (if (call $in_bulb (local.get $x) (local.get $y))
      (then (return (local.get $limit))))
    (call $escape_time
      (f64.const 0) (f64.const 0) (local.get $x) (local.get $y) (local.get $limit)))

  (func $julia_point (param $x f64) (param $y f64) (param $limit i32) (result i32)
    (call $escape_time
      (local.get $x) (local.get $y) (f64.const -0.8) (f64.const 0.156)
      (local.get $limit)))

  (type $point (func (param f64 f64 i32) (result i32)))
  (table 2 2 funcref)
  (elem (i32.const 0) $mandelbrot_point $julia_point)

  (func $fractal_row (param $which i32) (param $y f64) (param $left f64)
    (param $right f64) (param $width i32) (param $limit i32)
    (local $column i32)
    (call $put (i32.const 124))
    (loop $next
      (call $shade
        (call_indirect (type $point)
          (call $place
            (local.get $column) (local.get $width) (local.get $left) (local.get $right))
          (local.get $y)
          (local.get $limit)
          (local.get $which))
        (local.get $limit))
      (local.set $column (i32.add (local.get $column) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $column) (local.get $width))))
    (call $put (i32.const 124))
    (call $put (i32.const 10)))

  (func $fractal (param $which i32) (param $title i32) (param $left f64)
    (param $right f64) (param $width i32) (param $height i32) (param $limit i32)
    (local $row i32)
    (call $begin (local.get $width))
    (loop $next
      (call $fractal_row
        (local.get $which)
        (call $place
          (local.get $row) (local.get $height) (f64.const 1.2) (f64.const -1.2))
        (local.get $left) (local.get $right) (local.get $width) (local.get $limit))
      (local.set $row (i32.add (local.get $row) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $row) (local.get $height))))
    (call $line (local.get $width))
    (call $caption
      (local.get $title) (i32.mul (local.get $width) (local.get $height))))

  (func (export "mandelbrot") (param $width i32) (param $height i32) (param $limit i32)
    (result i32 i32)
    (call $fractal
      (i32.const 0) (i32.const 16) (f64.const -2.2) (f64.const 0.8)
      (local.get $width) (local.get $height) (local.get $limit))
    (call $drawn))

  (func (export "julia") (param $width i32) (param $height i32) (param $limit i32)
    (result i32 i32)
    (call $fractal
      (i32.const 1) (i32.const 48) (f64.const -1.7) (f64.const 1.7)
      (local.get $width) (local.get $height) (local.get $limit))
    (call $drawn))

  ;; Life, on a torus

  (func $cell (param $x i32) (param $y i32) (result i32)
    (i32.add
      (i32.mul
        (i32.rem_u
          (i32.add (local.get $y) (global.get $rows))
          (global.get $rows))
        (global.get $columns))
      (i32.rem_u
        (i32.add (local.get $x) (global.get $columns))
        (global.get $columns))))

  (func $alive (param $x i32) (param $y i32) (result i32)
    (i32.load8_u
      (i32.add (global.get $cells) (call $cell (local.get $x) (local.get $y)))))

  (func $neighbours (param $x i32) (param $y i32) (result i32)
    (local $dx i32) (local $dy i32) (local $count i32)
    (local.set $dy (i32.const -1))
    (loop $next_row
      (local.set $dx (i32.const -1))
      (loop $next
        (local.set $count
          (i32.add
            (local.get $count)
            (call $alive
              (i32.add (local.get $x) (local.get $dx))
              (i32.add (local.get $y) (local.get $dy)))))
        (local.set $dx (i32.add (local.get $dx) (i32.const 1)))
        (br_if $next (i32.le_s (local.get $dx) (i32.const 1))))
      (local.set $dy (i32.add (local.get $dy) (i32.const 1)))
      (br_if $next_row (i32.le_s (local.get $dy) (i32.const 1))))
    (i32.sub (local.get $count) (call $alive (local.get $x) (local.get $y))))

  (func $survives (param $alive i32) (param $neighbours i32) (result i32)
    (block $dead
      (block $as_before
        (block $born
          (br_table $dead $dead $as_before $born $dead (local.get $neighbours)))
        (return (i32.const 1)))
      (return (local.get $alive)))
    (i32.const 0))

  (func $swap
    (global.get $cells)
    (global.set $cells (global.get $others))
    (global.set $others))

  (func (export "life_set") (param $x i32) (param $y i32)
    (i32.store8
      (i32.add (global.get $cells) (call $cell (local.get $x) (local.get $y)))
      (i32.const 1)))

  (func (export "life_step")
    (local $x i32) (local $y i32)
    (loop $next_row
      (local.set $x (i32.const 0))
      (loop $next
        (i32.store8
          (i32.add (global.get $others) (call $cell (local.get $x) (local.get $y)))
          (call $survives
            (call $alive (local.get $x) (local.get $y))
            (call $neighbours (local.get $x) (local.get $y))))
        (local.set $x (i32.add (local.get $x) (i32.const 1)))
        (br_if $next (i32.lt_u (local.get $x) (global.get $columns))))
      (local.set $y (i32.add (local.get $y) (i32.const 1)))
      (br_if $next_row (i32.lt_u (local.get $y) (global.get $rows))))
    (call $swap))

  (func (export "life") (result i32 i32)
    (local $x i32) (local $y i32)
    (global.set $cursor (global.get $canvas))
    (loop $next_row
      (local.set $x (i32.const 0))
      (loop $next
        (call $put
          (select
            (i32.const 35)
            (i32.const 46)
            (call $alive (local.get $x) (local.get $y))))
        (local.set $x (i32.add (local.get $x) (i32.const 1)))
        (br_if $next (i32.lt_u (local.get $x) (global.get $columns))))
      (call $put (i32.const 10))
      (local.set $y (i32.add (local.get $y) (i32.const 1)))
      (br_if $next_row (i32.lt_u (local.get $y) (global.get $rows))))
    (call $drawn)))
