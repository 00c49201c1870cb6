"""Probes: one op each, run many times on the same input, to find where randomness enters."""
