"""What this floor tells those above it."""

from django.dispatch import Signal

calendar_changed = Signal()
"""Sent in the transaction of a change, once the days on which branches trade, or the region or format that they belong
to, are no longer what they were. `branch_ids`: of which branches, None for all; `first`, `last`: the days concerned,
both included, None for every day."""
