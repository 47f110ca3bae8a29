"""Value-range analysis of integer variables."""
