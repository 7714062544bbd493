"""Static files of the npm packages, by an allow-list: nothing else in node_modules is served."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core import checks
from django.core.files.storage import FileSystemStorage, Storage

# Name under STATIC_URL → (package folder, file inside it).
VENDOR_FILES = {
    "vendor/tabler/tabler.min.css": ("@tabler/core/dist/css", "tabler.min.css"),
    "vendor/echarts/echarts.min.js": ("echarts/dist", "echarts.min.js"),
}


class _OneFile(FileSystemStorage):
    """A storage that serves one package file under the name we publish it by."""

    def __init__(self, name: str, source: Path) -> None:
        """Serve source under name."""
        super().__init__(location=source.parent)
        self._name, self._file = name, source.name

    def path(self, name: str) -> str:
        """The package file for its published name."""
        return super().path(self._file if name == self._name else name)


class VendorFinder(BaseFinder):
    """Finds the allow-listed files of node_modules."""

    def __init__(self, app_names: Any = None, *args: Any, **kwargs: Any) -> None:
        """Resolve the allow-list against the project's node_modules."""
        root = Path(settings.BASE_DIR) / "node_modules"
        self.files = {name: root / folder / file for name, (folder, file) in VENDOR_FILES.items()}
        super().__init__(*args, **kwargs)

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        """A missing package is said at start-up, with the command that brings it."""
        return [
            checks.Error(f"{source} is missing.", hint="Run: npm ci --ignore-scripts", id="ui.E001")
            for source in self.files.values()
            if not source.is_file()
        ]

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """The file for a published name, or nothing. (all= is the name before Django 5.2.)"""
        source = self.files.get(path)
        if source is None or not source.is_file():
            return []
        return [str(source)] if find_all or kwargs.get("all") else str(source)

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, Storage]]:
        """Every published file with a storage that opens it, for collectstatic."""
        for name, source in self.files.items():
            yield name, _OneFile(name, source)
