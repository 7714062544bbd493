"""The branches that need help as HTML, written by Python: sentences that stand on every page of a region."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from django.utils.safestring import SafeString

from scorecards import league_sentences
from scorecards.queries.standing import Loser
from scorecards.views.region.addresses import branch_url
from ui.templatetags.ui import icon, name_of


def help_list(losers: Sequence[Loser], query: str) -> SafeString:
    """<li>s, largest loss first. `query`: what the links to the branches carry on."""
    return SafeString("\n".join(_item(loser, query) for loser in losers))


def _item(loser: Loser, query: str) -> str:
    """How much it lost, why, and whether that is sure."""
    why = league_sentences.why(loser)
    sure = icon("circle-alert" if loser.is_sure else "circle-question-mark", 16)
    return (
        f'<li><p class="help-head"><a href="{escape(branch_url(loser.code) + query)}">'
        f"{escape(name_of(loser) or loser.code)}</a>"
        f' <span class="help-loss">{escape(league_sentences.loss(loser))}</span></p>'
        f"{f'<p>{escape(why)}</p>' if why else ''}"
        f'<p class="help-sure">{sure}{escape(league_sentences.certainty(loser))}</p></li>'
    )
