"""Who may call the routes of this app (the rules stand beside the routes)."""

from meetings.urls import RULES as _RULES

RULES = {f"meetings:{name}": rule for name, rule in _RULES.items()}
