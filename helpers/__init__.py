"""Train the same network again with the same seeds, and measure what differs."""

__version__ = "0.1.0"
REPOSITORY = ""  # `make address` writes it here and everywhere else
