;; A number of more bytes than its type allows.
(module binary "\00asm" "\01\00\00\00"
  "\01\04\01\60\00\00"
  "\03\02\01\00"
  "\0a\0c\01\0a\00\41\80\80\80\80\80\00\1a\0b")
