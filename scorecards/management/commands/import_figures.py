"""Import a file of figures from the command line."""

from __future__ import annotations

import tempfile
from argparse import ArgumentParser
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from branches.models import Branch
from scorecards.importing.columns import BY_CODE, DAILY, RECEIPTS
from scorecards.importing.dates import ORDERS
from scorecards.importing.lookup import lookup_of
from scorecards.importing.plan import Guess, Plan, guess, plan_of
from scorecards.importing.problems import FileRefused
from scorecards.importing.reading import Judged, judge
from scorecards.importing.refusals import Group, Unknown
from scorecards.importing.table import open_file
from scorecards.models import FigureImport, ImportProfile, ImportState
from scorecards.services.figures.storing import compare_examined
from scorecards.services.imports.applying import store_judged
from scorecards.services.imports.inspecting import NAMED, counted, listed
from scorecards.services.imports.receiving import digest_of

SHOWN, SHOWN_NAMES = 20, 3
KINDS = {"branch": "branches", "staff": "staff numbers"}
MAKERS = {"branch": "import_branches", "staff": "import_staff"}
QUESTIONS = {
    "branch": "No column says which branch: use --branch CODE or --map branch=HEADING.",
    "day": "No column says which day: use --day YYYY-MM-DD or --map day=HEADING.",
    "date_order": "Dates such as {sample} can be read in two ways: use --date-order dmy or mdy.",
    "customers": "“{customers}” may count visitors, buyers or orders: use --map orders=…, buyers=… or visitors=…, "
    "or --map none={customers} to leave it out.",
    "figures": "No column of figures was recognised: use --map revenue=HEADING and the like.",
}


class Command(BaseCommand):
    """Reads, checks and stores as the browser's import does, in this process; prints counts and refused rows."""

    help = "Import figures from a CSV, TSV, .xlsx or .xls file. All or nothing unless --good-rows-only."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What the browser asks on its pages."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--profile", help="name of a saved profile")
        parser.add_argument("--map", nargs="*", action="extend", default=[], metavar="FIELD=HEADING")
        parser.add_argument("--branch", default="", help="code of the one branch that the file is about")
        parser.add_argument("--day", default="", help="the one day that the file is about, YYYY-MM-DD")
        parser.add_argument("--date-order", choices=ORDERS, default="")
        parser.add_argument("--sheet", default="")
        parser.add_argument(
            "--add-up", action="store_true", help="rows of one branch and day are parts of it"
        )
        kind = parser.add_mutually_exclusive_group()
        kind.add_argument("--receipts", dest="kind", action="store_const", const=RECEIPTS)
        kind.add_argument("--daily", dest="kind", action="store_const", const=DAILY)
        parser.add_argument("--good-rows-only", action="store_true")
        parser.add_argument("--dry-run", action="store_true", help="check and count, store nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it; CommandError with what to do if the file cannot be imported."""
        try:
            with tempfile.TemporaryDirectory(prefix="import-") as scratch:
                self._import(options, Path(scratch))
        except FileRefused as error:
            raise CommandError(error.reason) from None

    def _import(self, options: dict[str, Any], scratch: Path) -> None:
        opened = open_file(options["file"], scratch, sheet=options["sheet"])
        found = _planned(guess(opened, _profile(options["profile"])), options)
        for question in found.asks:
            raise CommandError(
                QUESTIONS[question].format(customers=found.customers, sample=found.date_sample)
            )
        judged = judge(opened.table, found.plan, lookup_of(Branch.objects.all()), at=timezone.now())
        self._print(judged)
        if options["dry_run"]:
            self._counts(counted(judged, compare_examined(judged.examined)), "Would be stored")
            return
        if len(judged.refused) and not options["good_rows_only"]:
            raise CommandError("Nothing was stored. Mend the rows above, or use --good-rows-only.")
        made = _record(options, found.plan)
        counts = store_judged(made, judged, at=made.at)
        if "written" not in counts:
            raise CommandError("Nothing was stored: figures changed while the file was read. Run it again.")
        self._counts(counts, "Stored")

    def _print(self, judged: Judged) -> None:
        shown = listed(judged, SHOWN_NAMES)[:SHOWN]
        for group in shown:
            one = group.problem
            self.stderr.write(f"{_rows(group)}, {one.column}: “{one.value}” – {one.reason}")
        if judged.found > sum(group.count for group in shown):
            self.stderr.write(f"… {judged.found} problems in {len(judged.refused)} rows in all")
        for what, names in judged.unknown.items():
            self.stderr.write(_unknown(what, names, judged.read))
        if judged.held.days:
            self.stderr.write(
                f"{len(judged.held.days)} days of branches lack a refused row and are left out as well, "
                f"with {len(judged.held.numbers)} sound rows."
            )
        if judged.nowhere:
            self.stderr.write(f"{judged.nowhere} refused rows name no branch: some day may lack them.")
        if judged.returns:
            self.stdout.write(
                f"{judged.returns} of {judged.receipts} receipts are returns and count as no orders."
            )
        for (heading, word), cells in judged.unrecorded.items():
            self.stdout.write(f"“{word}” in {cells} cells of {heading} was read as not recorded.")

    def _counts(self, counts: dict[str, int], what: str) -> None:
        parts = ", ".join(
            f"{counts.get(name, 0)} {name}" for name in ("new", "changed", "same", "refused", "closed")
        )
        self.stdout.write(f"{what}: {parts} (of {counts['read']} rows read).")


def _rows(group: Group) -> str:
    """Which rows have a problem: "rows 3, 9, 12 and 174 more"."""
    if not group.rows:
        return "the file"
    more = group.count - len(group.rows)
    numbers = ", ".join(map(str, group.rows)) + (f" and {more} more" if more else "")
    return f"{'row' if group.count == 1 else 'rows'} {numbers}"


def _unknown(what: str, names: Unknown, read: int) -> str:
    """Names that mean no branch or person, with their rows, and what can be done."""
    first = ", ".join(f"{name} ({rows})" for name, rows in names.found[:NAMED])
    more = f" and {names.names - NAMED} more" if names.names > NAMED else ""
    doubt = (
        f" Does “{names.column}” really hold that? If not, use --map {what}=HEADING."
        if 2 * names.rows > read
        else ""
    )
    return (
        f"{names.rows} rows name {names.names} unknown {KINDS[what]} in “{names.column}”: {first}{more}.{doubt} "
        f"New ones come by manage.py {MAKERS[what]} FILE."
    )


def _profile(name: str | None) -> Plan | None:
    if not name:
        return None
    profile = ImportProfile.objects.filter(name=name).first()
    if profile is None:
        raise CommandError(f"There is no profile “{name}”.")
    return plan_of(profile.options, profile.mapping)


def _planned(found: Guess, options: dict[str, Any]) -> Guess:
    """What was recognised, with the caller's word above it; the questions that it answers are gone."""
    plan = _mapped(found, options["map"])
    given = {name: options[name] for name in ("branch", "day", "date_order", "kind") if options[name]}
    if "day" in given:
        given["day"] = _iso(given["day"])
    plan = replace(plan, **given, add_up=plan.add_up or options["add_up"])
    answered = {
        "branch": "branch" in plan.mapping or plan.branch,
        "day": "day" in plan.mapping or plan.day,
        "date_order": plan.date_order,
        "customers": any(pair.partition("=")[2] == found.customers for pair in options["map"]),
        "figures": plan.has_figures,
    }
    return replace(found, plan=plan, asks=tuple(code for code in found.asks if not answered[code]))


def _mapped(found: Guess, pairs: list[str]) -> Plan:
    mapping = dict(found.plan.mapping)
    for pair in pairs:
        code, _, heading = pair.partition("=")
        if heading not in found.headings:
            raise CommandError(f"The file has no column “{heading}”. It has: {', '.join(found.headings)}")
        if code != "none" and code not in BY_CODE:
            raise CommandError(f"There is no field “{code}”. The fields are: {', '.join(BY_CODE)}")
        mapping = {name: kept for name, kept in mapping.items() if kept != heading}
        if code != "none":
            mapping[code] = heading
    return replace(found.plan, mapping=mapping)


def _iso(day: str) -> str:
    try:
        return date.fromisoformat(day).isoformat()
    except ValueError:
        raise CommandError("--day must be a date like 2026-11-20.") from None


def _record(options: dict[str, Any], plan: Plan) -> FigureImport:
    """The import's own row, with the file, as for one made in the browser."""
    path: Path = options["file"]
    with path.open("rb") as source:
        file = File(source, name=path.name)
        made = FigureImport(
            name=path.name[:200],
            size=path.stat().st_size,
            digest=digest_of(file),
            at=timezone.now(),
            state=ImportState.APPLYING,
            options=plan.options(),
            mapping=plan.mapping,
            good_rows_only=options["good_rows_only"],
        )
        made.file.save(f"figures-{made.digest[:16]}", file, save=False)
    made.save()
    return made
