"""The public cohort: its list, and its files from the network."""
