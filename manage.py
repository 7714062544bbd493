#!/usr/bin/env python3
"""Run BranchOps' management commands."""

import os
import sys
from pathlib import Path

import environ


def main() -> None:
    """Read .env beside this file (never in settings, so that tests do not depend on it) and run the command."""
    env_file = Path(__file__).resolve().parent / ".env"
    if env_file.exists():
        environ.Env.read_env(env_file)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "branchops.settings")
    from django.core.management import execute_from_command_line  # after the environment is complete

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
