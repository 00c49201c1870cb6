"""Many trainings: which are done, which are left, and who does them."""
