"""Who may call the routes of this app (the rules stand beside the routes)."""

from surveys.urls import RULES as _RULES

RULES = {f"surveys:{name}": rule for name, rule in _RULES.items()}
