"""Master data in Django admin, by subject."""

from branches.admin import audit, calendar, people, units, users

__all__ = ["audit", "calendar", "people", "units", "users"]
