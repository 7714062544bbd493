"""The places of this app in the main navigation."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from branches.permissions import LEADERS, MANAGER, STAFF
from ui.navigation import Entry, register


def connect() -> None:
    """Register them; called once when the apps have loaded."""
    register(Entry("today", _("Today"), "scorecards:home", "sun", 10, frozenset({MANAGER}), phone=True))
    register(Entry("own", _("My figures"), "scorecards:home", "sun", 10, frozenset({STAFF}), phone=True))
    register(
        Entry(
            "scorecards",
            _("Scorecards"),
            "scorecards:branches",
            "chart-column",
            20,
            LEADERS.roles,
            phone=True,
            short=pgettext_lazy("scorecards, in a narrow place", "Scores"),
        )
    )
    register(
        Entry("figures", _("Figures"), "scorecards:entry_start", "square-pen", 30, LEADERS.roles, phone=True)
    )
