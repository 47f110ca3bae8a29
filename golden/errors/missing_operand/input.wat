;; The operand stack of a block does not reach below the block.
(module
  (func (param i32) (result i32)
    local.get 0
    (block
      i32.eqz
      drop)
    local.get 0))
