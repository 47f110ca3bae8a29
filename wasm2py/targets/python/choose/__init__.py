"""In which form each variable is kept."""
