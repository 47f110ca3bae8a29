"""Targets: languages that the intermediate representation is printed in."""
