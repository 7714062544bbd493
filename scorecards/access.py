"""Who may call the routes of this app (the rules stand beside the routes)."""

from scorecards.urls import RULES as _RULES

RULES = {f"scorecards:{name}": rule for name, rule in _RULES.items()}
