"""The one door by which figures enter: checked, completed, stored with their history, and marked for the
recompute.
"""

from scorecards.services.figures.problems import FiguresRefused, Problem, Stored
from scorecards.services.figures.rules import check
from scorecards.services.figures.storing import compare, store

__all__ = ["FiguresRefused", "Problem", "Stored", "check", "compare", "store"]
