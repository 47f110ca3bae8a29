;; Other bytes.
(module binary "\7fELF" "\01\01\01\00")
