"""Pictures, pages and widgets."""
