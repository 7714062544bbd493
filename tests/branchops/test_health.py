"""What the watch sees."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from jobs.models import Job
from scorecards.models import Freshness


def test_healthz_answers_without_a_log_in(client: Client) -> None:
    assert client.get("/healthz").content == b"ok"


@pytest.mark.django_db
def test_readyz_names_the_day_up_to_which_the_cards_reach(client: Client) -> None:
    Freshness.objects.update_or_create(pk=1, defaults={"as_of": date(2026, 11, 20)})
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {
        "database": True,
        "pending_migrations": 0,
        "jobs_waiting_too_long": 0,
        "figures_up_to": "2026-11-20",
    }


@pytest.mark.django_db
def test_readyz_is_not_ready_when_a_job_has_waited_for_more_than_ten_minutes(client: Client) -> None:
    Job.objects.create(kind="recompute", subject="changes", due_at=timezone.now() - timedelta(minutes=11))
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["jobs_waiting_too_long"] == 1
