"""The two Celery tasks: run one job, and sweep."""

from celery import shared_task

from jobs import services


@shared_task(name="jobs.run_job")
def run_job(job_id: int) -> None:
    """Do the job with this id unless it is done, held by another worker, or gone."""
    services.run(job_id)


@shared_task(name="jobs.sweep")
def sweep() -> None:
    """Queue again what is due or was left lying; any number of these at once do no harm."""
    services.sweep()


services.connect_bell(run_job.delay)
