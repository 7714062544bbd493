"""The charts of the region's pages."""

from scorecards.charts.region import drivers_option, growth_option


def test_without_parts_there_is_no_waterfall() -> None:
    assert drivers_option([], total_label="Change") is None


def test_the_waterfall_ends_with_the_whole_change() -> None:
    option = drivers_option([("Visitors", -300), ("Basket", 100)], total_label="Change")
    assert option is not None
    assert option["yAxis"]["data"] == ["Visitors", "Basket", "Change"]
    assert [row["value"][3] for row in option["series"][0]["data"]] == [-300, 100, -200]


def test_one_branch_is_no_comparison() -> None:
    assert (
        growth_option([("A", 0.1, 0.0, 0.2, False), ("B", None, None, None, False)], unchanged="unchanged")
        is None
    )


def test_branches_stand_by_growth_and_only_sure_changes_are_coloured() -> None:
    rows = [
        ("Low", -0.2, -0.3, -0.1, True),
        ("Chance", 0.05, -0.1, 0.2, False),
        ("High", 0.3, 0.1, 0.5, False),
        ("New", None, None, None, False),
        ("Days missing", -0.1, -0.15, -0.05, False),
    ]
    option = growth_option(rows, unchanged="unchanged")
    assert option is not None
    assert option["yAxis"]["data"] == ["High", "Chance", "Days missing", "Low"]
    assert option["series"][1]["_colours"] == ["@up", "@muted", "@muted", "@down"]
