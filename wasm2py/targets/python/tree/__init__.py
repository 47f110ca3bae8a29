"""Structured code: what it consists of, and what must be true of it."""
