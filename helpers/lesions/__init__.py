"""From mask to diagnosis: what enhances within a breast mask, and what a patient is told of it."""
