"""The distinct cells of a column: each is read once, however often it occurs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ui.exports import is_formula


def distinct(values: pd.Series) -> tuple[np.ndarray, list[Any]]:
    """Place of each cell in the list of distinct cells; the last of the list is "", where blank cells point to."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        return values.cat.codes.to_numpy(np.int64), [*_unguarded(values.cat.categories.tolist()), ""]
    codes, cells = pd.factorize(values.astype(object))
    return codes.astype(np.int64), [*_unguarded(cells.tolist()), ""]


def _unguarded(cells: list[Any]) -> list[Any]:
    """All cells without their guards; a call for each of a million cells is saved where none has one."""
    guarded = "'" in "".join(cell for cell in cells if isinstance(cell, str))
    return [unguarded(cell) for cell in cells] if guarded else cells


def unguarded(cell: Any) -> Any:
    """A cell without the apostrophe by which our own downloads keep a spreadsheet program from computing it."""
    if isinstance(cell, str) and cell[:1] == "'" and is_formula(cell[1:]):
        return cell[1:]
    return cell


def text(cell: object) -> str:
    """A cell as the reader sees it: a whole number from a workbook has no decimal point."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def texts(values: pd.Series, places: np.ndarray) -> list[str]:
    """The cells at some places as text."""
    return ["" if pd.isna(cell) else text(unguarded(cell)) for cell in values.iloc[places].tolist()]
