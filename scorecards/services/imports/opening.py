"""The kept file on this machine's disk, opened by its plan."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import transaction
from django.db.models import QuerySet

from branches.models import Branch
from scorecards.importing.lookup import Lookup, lookup_of
from scorecards.importing.plan import Plan, plan_of
from scorecards.importing.problems import FileRefused
from scorecards.importing.table import Opened, open_file
from scorecards.models import FigureImport, ImportState
from scorecards.services.imports.refused import drop


@contextmanager
def opened(made: FigureImport) -> Iterator[Opened]:
    """The file of an import, opened as its options say; copies are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="import-") as folder:
        copy, scratch = Path(folder) / "file", Path(folder)
        with made.file.open("rb") as source, copy.open("wb") as target:
            shutil.copyfileobj(source, target, 1 << 20)
        plan = plan_for(made)
        yield open_file(copy, scratch, sheet=plan.sheet, heading=plan.heading)


def plan_for(made: FigureImport) -> Plan:
    """How the file is read, as kept so far."""
    return plan_of(made.options, made.mapping)


def lookup_for(made: FigureImport) -> Lookup:
    """The branches that the person who imports may see, asked anew at every step: rights can go meanwhile."""
    return lookup_of(Branch.objects.for_user(made.by) if made.by else Branch.objects.all())


def refuse(made: FigureImport, error: FileRefused, state: ImportState) -> None:
    """End an import whose file cannot be read, unless it has moved on from this state; the file is not kept."""
    kept = json.dumps({"code": error.code, "params": error.params})
    end(FigureImport.objects.filter(pk=made.pk, state=state), made, kept)


def end(found: QuerySet[FigureImport], made: FigureImport, error: str) -> bool:
    """Refuse the import if it is still among those found: its file goes, its row stays in the list."""
    with transaction.atomic():
        ended = found.update(
            state=ImportState.REFUSED, error=error, file="", question={}, preview=[], problems=[], counts={}
        )
        if ended:
            transaction.on_commit(lambda: forget(made))
    return bool(ended)


def forget(made: FigureImport) -> None:
    """Delete the file and the rows that were to be handed back."""
    drop(made)
    if made.file:
        made.file.storage.delete(str(made.file.name))
