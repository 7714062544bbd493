"""Two answers for whatever watches the service: is the process alive, and can it serve."""

from datetime import timedelta

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from branchops.checks import pending_migrations
from jobs.models import Job, State
from scorecards.models import Freshness


@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the process answers; touches nothing else."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """200 if the database answers, no migration is pending and no job has waited for ten minutes; else 503.

    The body says which of these holds and up to which day the cards reach.
    """
    try:
        pending = pending_migrations()
        late = Job.objects.filter(
            state=State.WAITING, due_at__lt=timezone.now() - timedelta(minutes=10)
        ).count()
        fresh = Freshness.objects.filter(pk=1).first()
    except DatabaseError:
        return JsonResponse({"database": False}, status=503)
    body = {
        "database": True,
        "pending_migrations": pending,
        "jobs_waiting_too_long": late,
        "figures_up_to": fresh.as_of.isoformat() if fresh and fresh.as_of else None,
    }
    return JsonResponse(body, status=503 if pending or late else 200)
