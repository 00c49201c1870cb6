"""From a scanner's files to slices a network can learn from."""
