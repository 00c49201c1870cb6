"""Data that ships with the package: published tables and finished studies."""
