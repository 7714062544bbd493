"""Front-end packages: only the allow-listed files are served."""

from pathlib import Path

from pytest_django import Settings

from ui.finders import VENDOR_FILES, VendorFinder


def test_every_listed_file_is_found_and_readable() -> None:
    finder = VendorFinder()

    assert finder.check() == []
    for name, storage in finder.list([]):
        assert storage.open(name).read(10)
    assert [name for name, _ in finder.list([])] == list(VENDOR_FILES)


def test_anything_else_in_the_packages_is_not_found() -> None:
    assert VendorFinder().find("vendor/echarts/package.json") == []
    assert VendorFinder().find("../package.json") == []


def test_a_missing_package_is_said_with_the_command_that_brings_it(
    settings: Settings, tmp_path: Path
) -> None:
    settings.BASE_DIR = tmp_path

    messages = VendorFinder().check()

    assert len(messages) == len(VENDOR_FILES)
    assert messages[0].hint == "Run: npm ci --ignore-scripts"
