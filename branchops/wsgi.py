"""WSGI entry for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "branchops.settings")

application = get_wsgi_application()

from branchops.checks import refuse_to_start_unsafe  # noqa: E402  settings must be loaded first

refuse_to_start_unsafe()
