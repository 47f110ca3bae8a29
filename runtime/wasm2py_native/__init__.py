"""The C runtime of native packages: headers and sources, which are compiled into each."""
