"""The Python target: a function's structured code as the text of a Python function."""
