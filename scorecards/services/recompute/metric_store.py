"""Writing metric cards: taking away those that are replaced, and inserting the new ones in one go."""
# ruff: noqa: S608  the names joined into the SQL are the model's own, the ids numbers

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from django.db import connection

from formulas.periods import Period
from scorecards.models import Level, MetricCard
from scorecards.services.recompute import binary
from scorecards.services.recompute.measured import ENDS, PARTS, Cards, MetricNight, Replaced
from scorecards.services.recompute.stored import Parameters, numbers, of_periods

_SLICE = 50_000
_KEYS = ("kind", "starts_on", "level", "unit_id", "metric")


def take_away(night: MetricNight) -> None:
    """Delete the cards that are replaced."""
    for period, replaced in night.replaced.items():
        condition, parameters = _condition(period, replaced)
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table()} WHERE {condition}", parameters)


def _condition(period: Period, replaced: Replaced) -> tuple[str, Parameters]:
    condition, parameters = of_periods([period])
    if replaced.branches is None:
        return condition, parameters
    chosen = [
        f"level = {int(Level.BRANCH)} AND unit_id IN ({numbers(sorted(replaced.branches))})",
        f"level = {int(Level.REGION)} AND unit_id IN ({numbers(replaced.regions.tolist())})",
        f"level = {int(Level.COMPANY)}",
    ]
    return f"{condition} AND (({') OR ('.join(chosen)}))", parameters


def insert(night: MetricNight, into: str) -> None:
    """Insert all cards of the night into the table or one like it."""
    write = _copy if connection.vendor == "postgresql" else _execute_many
    for periods in _sheets(night):
        write(periods, night, into)


def _sheets(night: MetricNight) -> Iterator[list[tuple[Period, Cards]]]:
    """The cards of as many periods as are written at once."""
    sheet: list[tuple[Period, Cards]] = []
    for period, cards in night:
        sheet.append((period, cards))
        if sum(len(each.unit) for _period, each in sheet) >= _SLICE:
            yield sheet
            sheet = []
    if sheet:
        yield sheet


def table() -> str:
    """The table's name."""
    return connection.ops.quote_name(MetricCard._meta.db_table)


def _execute_many(periods: list[tuple[Period, Cards]], night: MetricNight, into: str) -> None:
    marks = ", ".join(["%s"] * (len(_KEYS) + len(PARTS) + len(ENDS)))
    for period, cards in periods:
        head = period.kind.value, connection.ops.adapt_datefield_value(period.first)
        codes = [night.metrics[n].code for n in cards.metric.tolist()]
        rows = zip(cards.level.tolist(), cards.unit.tolist(), codes, cards.numbers.tolist(), strict=True)
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {into} ({', '.join((*_KEYS, *PARTS, *ENDS))}) VALUES ({marks})",
                [(*head, *key, *(None if cell != cell else cell for cell in cells)) for *key, cells in rows],
            )


def _copy(periods: list[tuple[Period, Cards]], night: MetricNight, into: str) -> None:
    fields = {field.name: field for field in MetricCard._meta.concrete_fields}
    codes = [metric.code.encode() for metric in night.metrics]
    counts = [len(cards.unit) for _period, cards in periods]
    kinds = [
        binary.repeated(period.kind.value, n) for (period, _cards), n in zip(periods, counts, strict=True)
    ]
    firsts = [binary.repeated(period.first, n) for (period, _cards), n in zip(periods, counts, strict=True)]
    columns = {
        "kind": binary.joined(kinds),
        "starts_on": binary.joined(firsts),
        "level": binary.numbers(
            fields["level"], np.concatenate([c.level for _p, c in periods]).astype(np.float64)
        ),
        "unit_id": binary.numbers(
            fields["unit_id"], np.concatenate([c.unit for _p, c in periods]).astype(np.float64)
        ),
        "metric": binary.texts([codes[n] for _p, cards in periods for n in cards.metric.tolist()]),
    }
    values = np.concatenate([cards.numbers for _period, cards in periods])
    for n, name in enumerate((*PARTS, *ENDS)):
        columns[name] = binary.numbers(fields[name], values[:, n])
    binary.copy_in(into, columns)
