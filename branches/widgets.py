"""How cells of an imported file become days, answers and things, and back."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from django.db import models
from django.utils.translation import gettext as _
from import_export.widgets import Widget

TRUE = frozenset({"1", "true", "yes", "y", "是"})
FALSE = frozenset({"0", "false", "no", "n", "否"})


class DayWidget(Widget):
    """A day as 2026-11-20, 2026/11/20, 2026.11.20 or 2026年11月20日; other orders are refused, not guessed."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> date | None:
        """The day, None for an empty cell; ValueError for anything else."""
        if not value:
            return None
        text = str(value).split(" ")[0].replace("日", "")
        for mark in "/.年月":
            text = text.replace(mark, "-")
        try:
            year, month, day = (int(part) for part in text.split("-"))
            return date(year, month, day)
        except ValueError as error:
            raise ValueError(_("Write the day as 2026-11-20, not “%(value)s”.") % {"value": value}) from error

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """ISO."""
        return value.isoformat() if value else ""


class YesNoWidget(Widget):
    """Yes or no, in words or as 1 and 0; an empty cell is yes, the usual case."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> bool:
        """ValueError for a word that is neither."""
        text = str(value or "1").lower()
        if text not in TRUE | FALSE:
            raise ValueError(_("Write yes or no, not “%(value)s”.") % {"value": value})
        return text in TRUE

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """1 or 0."""
        return "1" if value else "0"


class CodeWidget(Widget):
    """A region, format or branch by its code; all codes are read once per import. `made`: those that it created."""

    def __init__(self, model: type[models.Model]) -> None:
        super().__init__()
        self.model, self.creates = model, False
        self._known: dict[str, Any] | None = None
        self.made: list[str] = []

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        """The object; ValueError if nothing has this code (unless missing ones are to be created)."""
        if not value:
            raise ValueError(_("This must not be empty."))
        if self._known is None:
            manager = cast(Any, self.model)._default_manager
            self._known = {thing.code: thing for thing in manager.order_by()}
        if value not in self._known:
            self._known[value] = self._missing(str(value))
        return self._known[value]

    def _missing(self, code: str) -> Any:
        if not self.creates:
            raise ValueError(
                _("No %(kind)s has the code “%(code)s”.")
                % {"kind": self.model._meta.verbose_name, "code": code}
            )
        self.made.append(code)
        return cast(Any, self.model)._default_manager.create(code=code, name_en=code, name_zh=code)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """The code."""
        return value.code if value else ""
