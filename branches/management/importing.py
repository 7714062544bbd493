"""What the commands that import master data share: files and options in, counts and errors out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import tablib
from django.core.management.base import BaseCommand, CommandError, CommandParser

from branches.resources import MasterDataResource
from branches.tables import TableRefused, joined, read_table, renamed

MOST_ERRORS_SHOWN = 50
WORDS = {"new": "new", "update": "changed", "skip": "unchanged"}


def add_arguments(parser: CommandParser) -> None:
    """The file, a second one beside it, how headings are called, and whether anything is to be written."""
    parser.add_argument("file", type=Path, help="CSV or Excel, headings in the first row")
    parser.add_argument(
        "--map", action="append", default=[], metavar="FIELD=HEADING", help="which column holds a field"
    )
    parser.add_argument(
        "--with", dest="beside", type=Path, metavar="FILE", help="more columns, matched by the key's column"
    )
    parser.add_argument("--dry-run", action="store_true", help="check everything, write nothing")


def table_of(options: dict[str, Any], key: str) -> tablib.Dataset:
    """The table under our field names. CommandError if a file cannot be read or a mapping names no column."""
    names = _mapping(options["map"])
    try:
        table = _read(options["file"])
        if options["beside"]:
            heading = next((heading for heading, field in names.items() if field == key), key)
            table = joined(table, _read(options["beside"]), heading)
    except TableRefused as refusal:
        raise CommandError(str(refusal)) from refusal
    unknown = sorted(set(names) - set(table.headers))
    if unknown:
        raise CommandError(f"no such column: {', '.join(unknown)}; there are: {', '.join(table.headers)}")
    return renamed(table, names)


def load(command: BaseCommand, resource: MasterDataResource, options: dict[str, Any]) -> None:
    """Import all of a file or nothing, and say what happened. CommandError with every fault, by row and column."""
    table = table_of(options, resource.key)
    found = list(table.headers)
    result = resource.import_data(
        table,
        dry_run=options["dry_run"],
        use_transactions=True,
        rollback_on_validation_errors=True,
        file_name=options["file"].name,
    )
    if result.base_errors:
        raise CommandError(_whole(result.base_errors[0].error, found, resource))
    faults = _faults(result)
    for fault in faults[:MOST_ERRORS_SHOWN]:
        command.stderr.write(fault)
    if faults:
        raise CommandError(f"{len(faults)} faults; nothing was imported")
    if result.left_out:
        command.stderr.write(f"not known and left out: {', '.join(result.left_out)}")
    counts = ", ".join(f"{count} {WORDS[kind]}" for kind, count in result.totals.items() if count)
    command.stdout.write(f"{options['file'].name}: {counts or 'no rows'}{' (dry run)' * options['dry_run']}")


def _whole(error: Exception, found: list[str], resource: MasterDataResource) -> str:
    """What is wrong with the file as a whole, the columns that it has and those that it needs."""
    if not isinstance(error, TableRefused):
        return f"{error} Nothing was imported."
    needed = ", ".join(column.name for column in resource.columns if column.is_needed)
    return (
        f"{error} It has: {', '.join(found)}. Needed are: {needed}. Say which column holds what: "
        f"--map {resource.key}=HEADING. Nothing was imported."
    )


def _mapping(pairs: list[str]) -> dict[str, str]:
    """Heading → field."""
    wrong = [pair for pair in pairs if "=" not in pair]
    if wrong:
        raise CommandError(f"--map wants FIELD=HEADING, not {wrong[0]}")
    return {heading: field for field, heading in (pair.split("=", 1) for pair in pairs)}


def _read(path: Path) -> tablib.Dataset:
    try:
        return read_table(path.read_bytes())
    except OSError as error:
        raise CommandError(str(error)) from error


def _faults(result: Any) -> list[str]:
    """One line per fault: the row as a spreadsheet numbers it (headings are row 1), column, value, reason."""
    lines = [f"row {number + 1}: {error.error}" for number, errors in result.row_errors() for error in errors]
    for row in result.invalid_rows:
        for field, reasons in row.error_dict.items():
            value = dict(zip(result.diff_headers, row.values, strict=False)).get(field, "")
            lines += [f"row {row.number + 1}, {field} “{value}”: {reason}" for reason in reasons]
    return lines
