"""The figures in Django admin: their history and sources, the state of the cards, and a page by branch and month."""

from scorecards.admin import figures, imports, state, tokens, words

__all__ = ["figures", "imports", "state", "tokens", "words"]
