"""The specification's validation algorithm (appendix A.3), for functions and modules."""
