"""What only Colab's own versions can tell; `make colab` runs it."""
