;; A section that claims 4 GiB.
(module binary "\00asm" "\01\00\00\00"
  "\01\ff\ff\ff\ff\0f" "\01\60\00\00")
