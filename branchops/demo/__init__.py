"""The demo company: a chain of telecom shops with fifteen months of figures, made up, the same for the same date."""
