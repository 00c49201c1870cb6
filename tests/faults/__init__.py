"""Faults that take longer than a test may: each script prints its counts and exits 1 on failure."""
