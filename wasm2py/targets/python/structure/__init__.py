"""From the graph of blocks to Python's `if`, `while` and switches."""
