"""Imports of figures from files: uploaded, recognised, shown, stored, undone."""

from scorecards.services.imports.applying import apply, request_apply
from scorecards.services.imports.inspecting import inspect
from scorecards.services.imports.receiving import (
    Duplicate,
    answer,
    discard,
    is_stuck,
    look_again,
    newest_job,
    receive,
    save_profile,
    try_again,
    use_profile,
)
from scorecards.services.imports.undoing import Overlapped, overlapping, request_undo, undo

__all__ = [
    "Duplicate",
    "Overlapped",
    "answer",
    "apply",
    "discard",
    "inspect",
    "is_stuck",
    "look_again",
    "newest_job",
    "overlapping",
    "receive",
    "request_apply",
    "request_undo",
    "save_profile",
    "try_again",
    "undo",
    "use_profile",
]
