"""The text of a function."""
