"""Loops that are recognised and executed as a whole: fills, sums, copies."""
