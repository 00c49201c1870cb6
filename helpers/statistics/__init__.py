"""What the repetitions say, and what they cannot say."""
