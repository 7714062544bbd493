"""Figures delivered by other systems: the rules and the errors of the import, once per idempotency key."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from django.db import IntegrityError, transaction

from branches.models import Branch
from branches.models.units import BranchQuerySet
from formulas.components import COMPONENTS
from jobs.models import Job, State
from scorecards.importing.lookup import lookup_of
from scorecards.importing.plain_text import ROWS_AT_ONCE
from scorecards.importing.plan import Plan, guess
from scorecards.importing.problems import FileRefused
from scorecards.importing.reading import Judged, judge
from scorecards.importing.table import NOTHING, NUMBER, Cell, Portion, Table, open_file
from scorecards.models import ApiToken, Source
from scorecards.models.entry import DELIVERY
from scorecards.services.figures.problems import Problem
from scorecards.services.figures.rules import Today, examine
from scorecards.services.figures.staging import Change
from scorecards.services.figures.storing import lock, store_examined

NAMES = ("branch", "day", "staff", *COMPONENTS)


class KeyReused(Exception):
    """The idempotency key was used before for other content."""


@dataclass(frozen=True)
class Delivered:
    """What came of a delivery: rows by outcome, or what is wrong with which row (then nothing was stored)."""

    counts: dict[str, int]
    problems: list[Problem]


class RecordTable:
    """Rows of names and values (JSON) as a table; the first row is number 1."""

    first = 1

    def __init__(self, records: Sequence[dict[str, Any]]) -> None:
        self._records = records
        self.headings = [name for name in NAMES if any(name in record for record in records)]

    def rows(self) -> Iterator[tuple[int, list[Cell]]]:
        """Every row with its number."""
        for number, record in enumerate(self._records, 1):
            yield number, [record.get(name) for name in self.headings]

    def portions(
        self, wanted: Sequence[str], numbers: Mapping[str, bool] = NOTHING, *, most: int = ROWS_AT_ONCE
    ) -> Iterator[Portion]:
        """All rows as one portion."""
        columns = {name: [record.get(name) for record in self._records] for name in wanted}
        frame = pd.DataFrame(columns, dtype=object)
        frame[NUMBER] = np.arange(1, len(self._records) + 1, dtype=np.int64)
        yield Portion(frame)


def deliver_records(
    records: Sequence[dict[str, Any]], *, token: ApiToken, key: str, digest: str, at: datetime
) -> Delivered:
    """Store rows of names (NAMES) and values; money in units of the currency, days as ISO text.

    All or nothing. The same key again gives the first answer without looking at the rows; KeyReused if the content
    (`digest`) is another one.
    """
    table = RecordTable(records)
    plan = Plan(mapping={name: name for name in table.headings}, date_order="ymd")
    return _once(table, plan, token=token, key=key, digest=digest, at=at)


def deliver_csv(content: bytes, *, token: ApiToken, key: str, at: datetime) -> Delivered:
    """Store a CSV text. Headings, numbers and encodings are recognised as in an import; what needs a question is
    refused (FileRefused), because nobody is there to answer."""
    with tempfile.TemporaryDirectory(prefix="delivery-") as folder:
        path = Path(folder) / "body.csv"
        path.write_bytes(content)
        opened = open_file(path, Path(folder))
        found = guess(opened)
        # Our own names need no guessing: they win over every synonym.
        own = {name: name for name in NAMES if name in found.headings}
        asks = [ask for ask in found.asks if ask not in own and not (ask == "customers" and own)]
        if asks:
            raise _unclear(asks, found.date_sample)
        plan = replace(found.plan, mapping=found.plan.mapping | own)
        return _once(opened.table, plan, token=token, key=key, digest=digest_of(content), at=at)


def _unclear(asks: Sequence[str], sample: str) -> FileRefused:
    """What the sender has to add; the order of day and month is no column, but a way of writing days."""
    columns = ", ".join(ask for ask in asks if ask != "date_order")
    if "date_order" not in asks:
        return FileRefused("unclear_columns", what=columns)
    if not columns:
        return FileRefused("unclear_days", sample=sample)
    return FileRefused("unclear_columns_and_days", what=columns, sample=sample)


def digest_of(content: bytes) -> str:
    """The SHA-256 of a body."""
    return hashlib.sha256(content).hexdigest()


def branches_of(token: ApiToken) -> BranchQuerySet:
    """The branches for which a token may deliver: those named, or all where it was made for every branch."""
    if token.every_branch:
        return Branch.objects.all()
    return Branch.objects.filter(pk__in=token.branches.values("pk"))


def _once(table: Table, plan: Plan, *, token: ApiToken, key: str, digest: str, at: datetime) -> Delivered:
    """Judge and store, with the answer kept under the key in the same transaction."""
    if earlier := _earlier(token, key, digest):
        return earlier
    judged = judge(table, plan, lookup_of(branches_of(token)), at=at)
    if judged.problems:
        return Delivered({}, judged.problems)
    try:
        return _store(judged, token=token, key=key, digest=digest, at=at)
    except IntegrityError:  # the same key arrived twice at once: the other one has stored it
        if earlier := _earlier(token, key, digest):
            return earlier
        raise


def _store(judged: Judged, *, token: ApiToken, key: str, digest: str, at: datetime) -> Delivered:
    with transaction.atomic():
        lock()
        examined = examine(judged.examined.rows, Today(at=at))
        if examined.findings.bad.any():
            return Delivered({}, examined.findings.problems())
        change = Change(None, Source.API, at, why=token.name)
        stored = store_examined(examined, change, by=None)
        counts = {"new": stored.new, "changed": stored.changed, "same": stored.same}
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=at)
        if key:
            _keep(token, key, digest, counts, at)
    return Delivered(counts, [])


def _keep(token: ApiToken, key: str, digest: str, counts: dict[str, int], at: datetime) -> None:
    """A finished job is the record of a delivery: unique by key, and swept away after ninety days."""
    Job.objects.create(
        kind=DELIVERY,
        subject=f"token {token.pk}",
        period=_short(key),
        state=State.DONE,
        arguments={"digest": digest},
        result=counts,
        created_at=at,
        started_at=at,
        finished_at=at,
    )


def _earlier(token: ApiToken, key: str, digest: str) -> Delivered | None:
    if not key:
        return None
    job = Job.objects.filter(kind=DELIVERY, subject=f"token {token.pk}", period=_short(key)).first()
    if job is None:
        return None
    if job.arguments["digest"] != digest:
        raise KeyReused
    return Delivered(job.result, [])


def _short(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:40]
