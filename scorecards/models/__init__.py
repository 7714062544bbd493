"""Facts, their history and sources, and what is computed from them, by subject."""

from scorecards.models.cards import Card, Level, MetricCard
from scorecards.models.dirty import DirtyMonth
from scorecards.models.entry import ApiToken, FigureDraft
from scorecards.models.figures import DailyFigures, FigureChange, Source
from scorecards.models.freshness import Freshness
from scorecards.models.imports import FigureImport, ImportProfile, ImportState
from scorecards.models.sums import MonthSums

__all__ = [
    "ApiToken",
    "Card",
    "DailyFigures",
    "DirtyMonth",
    "FigureChange",
    "FigureDraft",
    "FigureImport",
    "Freshness",
    "ImportProfile",
    "ImportState",
    "Level",
    "MetricCard",
    "MonthSums",
    "Source",
]
