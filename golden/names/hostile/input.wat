;; Names that try to become code: quotes, line ends, comments, escapes, bidirectional text.
(module
  (import "host" "log'\"\\" (func $"imp\"\n'''" (param i32)))
  (func $"x\n    raise SystemExit(1)  #" (export "x\n    raise SystemExit(1)") (result i32)
    (i32.const 1))
  (func $"\"\"\"" (export "\"\"\"+__import__('os').abort()+\"\"\"") (result i32) (i32.const 2))
  (func $"'''" (export "'''") (result i32) (i32.const 3))
  (func $"\\" (export "\\") (result i32) (call $"imp\"\n'''" (i32.const 5)) (i32.const 4))
  (func $"# type: ignore" (export "# comment") (result i32) (i32.const 5))
  (func $"\u{202e}gnitset" (export "\u{202e}\u{2066}") (result i32) (i32.const 6))
  (func $"nul" (export "a\00b") (result i32) (i32.const 7))
  (func $"{0}%s{x!r}" (export "{0}%s{x!r}") (result i32) (i32.const 8))
  (func $"\u{2028}\r\u{c}\u{85}" (export "\u{2028}\r\u{c}\u{85}") (result i32) (i32.const 9))
  (func $"../../etc/passwd" (export "../../etc/passwd") (result i32) (i32.const 10)))
