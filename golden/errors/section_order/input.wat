;; Sections in the wrong order: functions before types.
(module binary "\00asm" "\01\00\00\00"
  "\03\01\00"
  "\01\04\01\60\00\00")
