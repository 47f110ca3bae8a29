"""Rewrites that make structured code cheaper in Python."""
