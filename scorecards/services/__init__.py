"""Writes of this floor, by subject."""
