"""What the specification lists: instructions, types, features, limits, the module environment."""
