"""What can be wrong with a file, and what to do about it, in the reader's language."""

from __future__ import annotations

import json
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from scorecards.models.imports import DISCARDED
from scorecards.services.figures.problems import REASONS

FILE_REASONS: dict[str, str | Promise] = {
    "empty": _("The file holds no rows."),
    "too_big": _("The file is larger than %(most)s MB. Split it, by year for example."),
    "too_many_rows": _("The file has more than %(most)s rows. Split it, by year for example."),
    "unpacks_too_big": _("Unpacked, the file is larger than %(most)s MB. Split it, or save it as CSV."),
    "too_many_cells": _(
        "The sheet “%(sheet)s” claims %(rows)s rows and %(columns)s columns. Delete the empty ones beyond your table "
        "or save the sheet as CSV."
    ),
    "unreadable_workbook": _(
        "The file cannot be read as an Excel workbook. Open it in Excel and save it again."
    ),
    "encrypted_workbook": _(
        "The workbook is protected by a password. Save it without one and upload it again."
    ),
    "not_text": _("The file is neither text nor an Excel workbook. Save the table as CSV or .xlsx."),
    "other_format": _("Inside, the file is %(format)s and no table. Save the table as CSV or .xlsx."),
    "unknown_encoding": _("The text cannot be decoded. Save the file as CSV UTF-8."),
    "no_table": _(
        "No table was found: the columns must be separated by commas, semicolons, tabs or vertical bars, with one "
        "heading above them."
    ),
    "too_many_filled_cells": _(
        "A sheet has more than %(most)s cells. Delete the columns that are not needed, or save it as CSV."
    ),
    "full_sheet": _(
        "The sheet “%(sheet)s” is full to its last row (%(rows)s), so rows may have been cut off. Export the table "
        "as CSV."
    ),
    "line_too_long": _(
        "Line %(line)s is longer than any line of a table. Is a quotation mark or a line break missing? Save the table "
        "as CSV again."
    ),
    "no_such_sheet": _("The workbook has no sheet “%(sheet)s”."),
    "no_such_column": _("The file has no column “%(heading)s”."),
    "no_figure_columns": _("No column holds figures."),
    "unclear_columns": _("The columns do not say: %(what)s. Use the names of the documentation as headings."),
    "unclear_days": _(
        "Days such as %(sample)s can be read in two ways. Write every day as year-month-day: 2026-11-20."
    ),
    "unclear_columns_and_days": _(
        "The columns do not say: %(what)s. Use the names of the documentation as headings, and write every day as "
        "year-month-day (2026-11-20): %(sample)s can be read in two ways."
    ),
    DISCARDED: _("The file was put aside. Nothing of it was stored."),
    "broken_archive": _("The packed file is damaged. Pack it again or upload it unpacked."),
}
REASONS.update(
    {
        "not_a_number": _("This is not a number."),
        "not_a_date": _("This is not a date."),
        "not_yes_or_no": _("This must say yes or no."),
        "wrong_number_of_cells": _("The row has %(found)s cells where the heading has %(expected)s."),
        "no_figures": _("The row holds no figures."),
        "no_amount": _("The cell is blank. A line of a receipt needs it; write 0 if it cost nothing."),
        "incomplete_day": _(
            "Nothing is wrong with this row. It waits for the rows of the same branch and day that have to be mended."
        ),
        "unknown_branch_code": _("No branch with this code is among those that you may see."),
        "closed_with_figures": _("The row says that the branch was closed, yet it holds figures."),
    }
)


class FileRefused(Exception):
    """The file as a whole cannot be imported; `reason` says why and what to do."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params

    @property
    def reason(self) -> str:
        """The sentence in the reader's language."""
        return file_sentence(self.code, self.params)


def file_sentence(code: str, params: dict[str, Any]) -> str:
    """The words for a code of FILE_REASONS."""
    words = str(FILE_REASONS.get(code, code))
    return words % params if params else words


def kept_reason(error: str) -> str:
    """The sentence for a refusal as an import keeps it (JSON of code and params); empty for none."""
    kept: dict[str, Any] = json.loads(error) if error else {"code": ""}
    return file_sentence(kept["code"], kept.get("params", {}))
