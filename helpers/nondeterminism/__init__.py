"""Notebook 06: where do same-seed trainings part, by which operation, and what ends it?"""
