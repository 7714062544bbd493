"""Production's static files: hashed and compressed, although packages name source maps we do not serve."""

from pathlib import Path

from django.core.management import call_command
from pytest_django import Settings


def test_collecting_the_packages_files_gives_hashed_and_compressed_names(
    settings: Settings, tmp_path: Path
) -> None:
    settings.STATIC_ROOT = str(tmp_path)
    settings.STATICFILES_FINDERS = ["ui.finders.VendorFinder"]
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": "ui.storage.StaticFiles"}}

    call_command("collectstatic", interactive=False, verbosity=0)

    names = [path.name for path in tmp_path.glob("vendor/tabler/*")]
    assert any(name.startswith("tabler.min.") and name.endswith(".css.br") for name in names)
    assert (tmp_path / "staticfiles.json").exists()
