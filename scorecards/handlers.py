"""What this floor hands to the floors below when the apps have loaded: its jobs and its schedules."""


def connect() -> None:
    """Register the job handlers, the schedules, the metrics and the navigation of this app."""
