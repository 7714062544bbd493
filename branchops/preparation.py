"""What lies between new code and a server that can start. Each step looks first whether there is anything to do."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.apps import StaticFilesConfig
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.utils import timezone

from branches.models import Branch
from branchops.checks import pending_migrations

Say = Callable[[str], object]


def prepare(*, say: Say) -> None:
    """Translations, tables and static files as this code needs them; `say` what takes a while.

    In one process, because starting Python and Django costs more than all steps that find nothing to do.
    DatabaseError while the database is away.
    """
    call_command("compile_translations")
    if pending := pending_migrations():
        say(f"Applying {pending} migrations")
        call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    collect_static_files(say=say)


def load_demo_if_empty(*, say: Say) -> None:
    """The demo company until yesterday, unless there are branches."""
    if Branch.objects.exists():
        return
    from branchops.demo.loading import load_demo  # start-up time: pandas, needed by a first start only

    say("Making the demo company: 24 branches, 15 months; about a minute")
    load_demo(timezone.localdate() - timedelta(days=1), say=say)


def collect_static_files(*, say: Say) -> None:
    """Collect and compress the static files anew if one was added, changed or removed, or the last try was cut."""
    stamp, digest = Path(settings.STATIC_ROOT) / ".collected", _digest_of_static_files()
    if stamp.is_file() and stamp.read_text() == digest:
        return
    say("Compressing the static files; about ten seconds")
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(digest)


def _digest_of_static_files() -> str:
    """Changes with the name, size or time of any file that would be collected."""
    config = apps.get_app_config("staticfiles")
    assert isinstance(config, StaticFilesConfig)
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for name, storage in finder.list(config.ignore_patterns):
            state = Path(storage.path(name)).stat()
            digest.update(f"{name} {state.st_size} {state.st_mtime_ns}\n".encode())
    return digest.hexdigest()
