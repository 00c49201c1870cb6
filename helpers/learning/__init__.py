"""The network, and one training of it under chosen switches."""
