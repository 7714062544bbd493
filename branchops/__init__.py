"""The project: settings, root URLs, the Celery application. It knows every app; nothing imports it."""

from branchops.celery import app as celery_app

__all__ = ["celery_app"]
