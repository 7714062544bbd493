"""The kept file on this machine's disk, opened by its plan."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from branches.models import Branch
from scorecards.importing.lookup import Lookup, lookup_of
from scorecards.importing.plan import Plan, plan_of
from scorecards.importing.problems import FileRefused
from scorecards.importing.table import Opened, open_file
from scorecards.models import FigureImport


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


def refusal(error: FileRefused) -> str:
    """A refused file's reason as it is kept."""
    return json.dumps({"code": error.code, "params": error.params})


def keep_refused(made: FigureImport, content: dict[str, Any]) -> str:
    """Keep the refused rows beside the file; returns the stored name."""
    drop_refused(made)
    data = json.dumps(content, ensure_ascii=False).encode()
    return default_storage.save(f"{made.file.name}.refused.json", ContentFile(data))


def drop_refused(made: FigureImport) -> None:
    """Drop the refused rows of an earlier reading."""
    if name := made.options.get("refused_rows"):
        default_storage.delete(name)


def refused_rows(made: FigureImport) -> dict[str, Any]:
    """What `keep_refused` kept: headings, and rows with number, cells and problems; empty if there are none."""
    name = made.options.get("refused_rows")
    if not name or not default_storage.exists(name):
        return {"headings": [], "rows": []}
    with default_storage.open(name) as file:
        return dict(json.load(file))
