"""Settings that hold only with services outside, read in a process of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path


def run(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    ours = {"DEBUG": "true", "DJANGO_SETTINGS_MODULE": "branchops.settings"}
    return subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | ours | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_connections_to_services_outside_have_an_end() -> None:
    code = (
        "from branchops import settings as s; "
        "print(s.DATABASES['default']['OPTIONS']['connect_timeout'], s.CELERY_BROKER_TRANSPORT_OPTIONS, "
        "s.CELERY_TASK_PUBLISH_RETRY)"
    )
    told = run(code, DATABASE_URL="postgres://a@b/c", REDIS_URL="redis://b/0").stdout
    # `ack_emulation`: with copies in Redis, a worker that holds one may end when Redis goes away.
    assert told == "5 {'ack_emulation': False, 'socket_connect_timeout': 3, 'socket_timeout': 5} False\n"


def test_every_setting_from_the_environment_stands_in_the_table_of_the_documents() -> None:
    root = Path(__file__).resolve().parents[2]
    read = re.findall(r'(?:env|Env\(\))\.\w+\(\s*"([A-Z_]+)"', (root / "branchops/settings.py").read_text())
    lines = (root / "docs/operations.md").read_text().splitlines()
    told = {name for line in lines if line.startswith("| `") for name in re.findall(r"`([A-Z_]+)`", line)}
    assert "SECRET_KEY" in read
    assert set(read) - told == set()
