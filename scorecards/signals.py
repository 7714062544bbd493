"""What this floor tells those above it."""

from django.dispatch import Signal

recomputed = Signal()
"""Sent once the cards of a run are committed; `as_of`: the newest day that they hold, None without any figures."""
