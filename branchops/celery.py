"""The Celery application. The queue only rings a bell: what has to be done stands in rows of `jobs.Job`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "branchops.settings")

app = Celery("branchops")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
