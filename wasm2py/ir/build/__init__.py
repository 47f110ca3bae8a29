"""From instructions to the graph of blocks of a function."""
