"""The recompute: from the facts to the cards, in three steps.

The database adds up (`sums`), numpy turns whole companies of sums into ratios, drivers and ranks (`numbers`, `cards`,
`above`), and a bulk writer stores them in one transaction (`store`), so that a reader sees the last night or this one.
What has to be done is worked out first, without the database, in `plan`.
"""

from scorecards.services.recompute.marks import mark, mark_branch, mark_days, mark_records, request
from scorecards.services.recompute.run import Progress, recompute

__all__ = ["Progress", "mark", "mark_branch", "mark_days", "mark_records", "recompute", "request"]
