"""What is true of a function, whatever the target."""
