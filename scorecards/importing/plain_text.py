"""Text files without quotes whose lines are all as wide as the heading: most exports, read at full speed."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

ROWS_AT_ONCE = 200_000


@dataclass(frozen=True)
class PlainText:
    """Such a file in UTF-8. `heading`: the place of its heading line, −1 if it has none; `width`: cells in a line."""

    path: Path
    separator: str
    heading: int
    width: int

    def is_rectangular(self) -> bool:
        """True if the file is such a one: no quotes, and every line below the heading as wide as it, or blank."""
        left, line = b"", 0
        with self.path.open("rb") as file:
            while block := file.read(8 << 20):
                block = left + block
                if b'"' in block or b"\x00" in block or b"\r" in block.replace(b"\r\n", b""):
                    return False
                cut = block.rfind(b"\n") + 1
                left = block[cut:]
                ok, line = self._lines_fit(block[:cut], line)
                if not ok:
                    return False
        return self._lines_fit(left + b"\n", line)[0] if left else True

    def _lines_fit(self, block: bytes, line: int) -> tuple[bool, int]:
        data = np.frombuffer(block, np.uint8)
        ends = np.flatnonzero(data == 10)
        if not len(ends):
            return True, line
        marks = np.flatnonzero(data == ord(self.separator))
        counts = np.diff(np.searchsorted(marks, ends), prepend=0)
        lengths = np.diff(ends, prepend=-1)
        below = np.arange(line, line + len(ends)) > self.heading
        return bool(np.all((counts == self.width - 1) | ~below | (lengths <= 2))), line + len(ends)

    def chunks(self, places: Sequence[int], numbers: Mapping[int, bool], most: int) -> Iterator[pd.DataFrame]:
        """The cells at these places of the lines as text, in portions of `most` lines, blank ones as NaN.

        Those at the places `numbers` come as floats as long as all of them are numbers with a decimal point, and whole
        ones where the mapping says so. From the first portion on in which they are not, everything comes as written,
        so that whoever looks closer sees what the reader wrote.
        """
        done = 0
        if numbers:
            try:
                for chunk in self._read(places, numbers, done, most):
                    if not _are_plain(chunk, numbers):
                        break
                    yield chunk
                    done += len(chunk)
                else:
                    return
            except ValueError:
                pass  # a cell that is no such number
        yield from self._read(places, (), done, most)

    def _read(
        self, places: Sequence[int], numbers: Collection[int], done: int, most: int
    ) -> Iterable[pd.DataFrame]:
        """The portions below the first `done` lines of data."""
        # What is not asked for as text loses the zeros of a code like 007.
        dtypes: dict[Any, Any] = {place: np.float64 if place in numbers else str for place in places}
        return pd.read_csv(
            self.path,
            sep=self.separator,
            header=None,
            names=list(range(self.width)),
            skiprows=self.heading + 1 + done,
            usecols=sorted(places),
            encoding="utf-8",
            quoting=csv.QUOTE_NONE,
            keep_default_na=False,
            na_values=[""],
            skip_blank_lines=False,
            dtype=dtypes,
            chunksize=most,
        )


def _are_plain(chunk: pd.DataFrame, numbers: Mapping[int, bool]) -> bool:
    return all(_is_plain(chunk[place].to_numpy(), whole) for place, whole in numbers.items())


def _is_plain(column: np.ndarray, whole: bool) -> bool:
    """True if nothing can have been read as a number that is none, as "inf" and a column of "true" and "false" are."""
    known = column[~np.isnan(column)]
    if np.isinf(known).any() or (len(known) and ((known == 0) | (known == 1)).all()):
        return False
    return not whole or bool((np.floor(known) == known).all())
