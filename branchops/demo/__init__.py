"""The demo company: a chain of telecom shops with 15 months of figures, made up, the same for the same date."""
