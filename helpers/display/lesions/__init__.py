"""The page from mask to diagnosis: `sections` lists what stands on it, and `files` writes it."""
