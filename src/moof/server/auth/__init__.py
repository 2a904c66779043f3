"""TODO auth."""
