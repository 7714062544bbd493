"""WSGI entry for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "branchops.settings")

application = get_wsgi_application()

from django.db import connections  # noqa: E402  settings must be loaded first

from branchops.checks import refuse_to_start_unsafe  # noqa: E402
from branchops.garbage import settle  # noqa: E402

refuse_to_start_unsafe()
connections.close_all()  # with --preload, processes would share this connection
settle()
