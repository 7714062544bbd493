"""Pages by key: every row once, in order, forwards and backwards, with ties and unknown values."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import signing
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jobs.models import Job
from ui.pages import Page, keyset_page

ORDER = {
    "started": ("started_at", "asc"),
    "kind": ("kind", "asc"),
    "done": ("progress_done", "desc"),
    "newest": ("pk", "desc"),
}
FIRST = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def jobs(db: None) -> None:
    """103 rows: every fifth never started, starts in ties of four, seven kinds, progress in ties."""
    Job.objects.bulk_create(
        Job(
            kind=f"k{number % 7}",
            subject=f"s{number}",
            started_at=None if number % 5 == 0 else FIRST + timedelta(hours=(number * 37 % 101) // 4),
            progress_done=number * 31 % 11,
        )
        for number in range(103)
    )


def expected(sort: str) -> list[int]:
    """The order by hand: value in its direction, unknown last, then primary key upwards."""
    field, direction = ORDER[sort.removeprefix("-")]
    down = (direction == "desc") != sort.startswith("-")
    rows = sorted(Job.objects.all(), key=lambda job: job.pk)
    known = [job for job in rows if getattr(job, field) is not None]
    sign = -1 if down else 1
    known.sort(key=lambda job: (sign * rank(getattr(job, field)), job.pk))
    return [job.pk for job in known] + [job.pk for job in rows if getattr(job, field) is None]


def rank(value: object) -> float:
    """A number that orders like the value."""
    if isinstance(value, datetime):
        return value.timestamp()
    return float(str(value).removeprefix("k"))


def ask(sort: str, after: str | None = None, size: int = 10) -> Page[Job]:
    return keyset_page(Job.objects.all(), order=ORDER, sort=sort, after=after, size=size)


ALL_SORTS = ["started", "-started", "kind", "-kind", "done", "-done", "newest", "-newest"]


@pytest.mark.parametrize("sort", ALL_SORTS)
def test_walking_forwards_shows_every_row_once_in_order(jobs: None, sort: str) -> None:
    seen, page = [], ask(sort)
    seen += page.rows
    while page.next_cursor:
        page = ask(sort, page.next_cursor)
        seen += page.rows

    assert [job.pk for job in seen] == expected(sort)


@pytest.mark.parametrize("sort", ALL_SORTS)
def test_walking_back_shows_the_same_pages(jobs: None, sort: str) -> None:
    pages = [ask(sort)]
    while cursor := pages[-1].next_cursor:
        pages.append(ask(sort, cursor))
    back = [pages[-1]]
    while cursor := back[-1].previous_cursor:
        back.append(ask(sort, cursor))

    assert [[job.pk for job in page.rows] for page in back] == [
        [job.pk for job in p.rows] for p in pages[::-1]
    ]


def test_the_ends_have_no_neighbours(jobs: None) -> None:
    assert ask("kind").previous_cursor is None
    assert ask("kind", size=103).next_cursor is None
    assert ask("kind", size=102).next_cursor is not None


def test_an_empty_list_is_one_empty_page(db: None) -> None:
    page = ask("kind")

    assert (page.rows, page.next_cursor, page.previous_cursor) == ([], None, None)


def test_a_sort_outside_the_table_means_the_first_one(jobs: None) -> None:
    page = ask("password; DROP TABLE")

    assert page.sort == "started"
    assert [job.pk for job in page.rows] == expected("started")[:10]


def test_damaged_forged_and_foreign_cursors_show_the_first_page(jobs: None) -> None:
    first = [job.pk for job in ask("kind").rows]
    forged = signing.dumps(["kind", "f", "k3", 1], salt="another")
    foreign = ask("done").next_cursor

    for cursor in ["x", forged, foreign, f"{ask('kind').next_cursor}x"]:
        assert [job.pk for job in ask("kind", cursor).rows] == first


def test_a_cursor_whose_rows_are_gone_shows_the_first_page(jobs: None) -> None:
    cursor = ask("newest").next_cursor
    Job.objects.filter(pk__in=expected("newest")[10:]).delete()

    page = ask("newest", cursor)

    assert len(page.rows) == 10
    assert page.next_cursor is None


def test_a_page_is_one_query_without_count_or_offset(jobs: None) -> None:
    cursor = ask("kind").next_cursor

    with CaptureQueriesContext(connection) as seen:
        ask("kind", cursor)

    assert len(seen) == 1
    assert "COUNT" not in seen[0]["sql"]
    assert "OFFSET" not in seen[0]["sql"]
