"""Passes: each takes a function's intermediate representation and gives back a better one."""
