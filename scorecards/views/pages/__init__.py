"""The pages on which a manager reads how it stands and why."""

from scorecards.views.pages.find import search
from scorecards.views.pages.home import branches, home
from scorecards.views.pages.metrics import scorecard
from scorecards.views.pages.today import today
from scorecards.views.pages.units import branch, staff
from scorecards.views.pages.whatif import whatif

__all__ = ["branch", "branches", "home", "scorecard", "search", "staff", "today", "whatif"]
