;; A branch to a block that is not there.
(module
  (func (block (br 2))))
