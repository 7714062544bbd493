"""The columns of the files of master data: their headings in both languages, what they mean, an example."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Column:
    """A column of a file: `name` is its English heading, `others` are further headings that mean the same."""

    name: str
    chinese: str
    label: str | Promise
    meaning: str | Promise
    example: str
    chinese_example: str = ""
    is_needed: bool = False
    others: tuple[str, ...] = ()

    @property
    def heading(self) -> str:
        """The heading in the reader's language."""
        return self.chinese if _in_chinese() else self.name

    @property
    def sample(self) -> str:
        """The example in the reader's language."""
        return self.chinese_example if self.chinese_example and _in_chinese() else self.example


def _in_chinese() -> bool:
    return (get_language() or "en").startswith("zh")


def names_by_heading(columns: Iterable[Column]) -> dict[str, str]:
    """Every heading → the column's name; what the page calls a column counts too."""
    return {
        heading: column.name
        for column in columns
        for heading in (column.name, column.chinese, str(column.label), *column.others)
    }


BRANCHES = (
    Column(
        "code",
        "营业厅编码",
        _("code"),
        _("By which figures and other files name the branch; a code that is known changes that branch."),
        "GZ-TIYU",
        is_needed=True,
        others=("网点编码", "编码"),
    ),
    Column(
        "name_en",
        "英文名称",
        _("name (English)"),
        _("Left empty, the Chinese name or the code serves."),
        "Tianhe Sports",
        others=("name", "名称(英文)"),
    ),
    Column(
        "name_zh",
        "名称",
        _("name (Chinese)"),
        _("Left empty, the English name or the code serves."),
        "天河体育中心厅",
        others=("名称(中文)", "中文名称"),
    ),
    Column("region", "区域", _("region"), _("The code of a region that exists."), "GZ", is_needed=True),
    Column(
        "format",
        "类型",
        _("format"),
        _("The code of a format that exists: branches are ranked within their format."),
        "standard",
        is_needed=True,
        others=("业态",),
    ),
    Column("opened_on", "开业日期", _("opened on"), _("Empty: it has always traded."), "2019-05-01"),
    Column("closed_on", "停业日期", _("closed on"), _("The last day of trading; empty while it trades."), ""),
    Column(
        "time_zone",
        "时区",
        _("time zone"),
        _("Whose days the branch keeps; empty: the company’s own."),
        "Asia/Shanghai",
    ),
    Column(
        "opens_on_holidays",
        "节假日营业",
        _("opens on public holidays"),
        _("Yes or no, also as 1 and 0; empty: yes."),
        "yes",
        "是",
    ),
)

STAFF = (
    Column(
        "number",
        "工号",
        _("staff number"),
        _("By which figures and other files name the person; a number that is known changes that person."),
        "10234",
        is_needed=True,
        others=("员工编号",),
    ),
    Column("name", "姓名", _("name"), _("As colleagues know the person."), "Li Lei", "李雷", is_needed=True),
    Column("post", "岗位", _("post"), _("What the person does."), "Adviser", "营业员", others=("职务",)),
    Column(
        "branch",
        "营业厅编码",
        _("branch"),
        _("The code of the branch where the person works. Another one than now is a move."),
        "GZ-TIYU",
        others=("营业厅", "网点", "网点编码"),
    ),
    Column(
        "starts_on",
        "起始日期",
        _("from"),
        _("The first day at this branch; needed for a new person and for a move."),
        "2024-03-01",
        others=("入职日期", "from"),
    ),
    Column(
        "ends_on",
        "结束日期",
        _("to"),
        _("The last day at this branch; empty while it lasts."),
        "",
        others=("离职日期", "to"),
    ),
)
