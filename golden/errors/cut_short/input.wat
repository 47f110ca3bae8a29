;; The module ends inside of a function's body.
(module binary "\00asm" "\01\00\00\00"
  "\01\04\01\60\00\00"     ;; type section: func []
  "\03\02\01\00"             ;; function section
  "\0a\08\01\06\00\41")      ;; code section of 8 bytes, of which 4 are there
