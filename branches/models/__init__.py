"""Regions, branches, staff, users, calendar, audit: the models of this floor by subject."""

from branches.models.audit import AuditEntry
from branches.models.calendar import Closure, HolidayOverride, OpeningHours
from branches.models.people import Employment, StaffMember
from branches.models.units import Branch, BranchFormat, Region
from branches.models.users import FailedLogIn, Role, Scope, User

__all__ = [
    "AuditEntry",
    "Branch",
    "BranchFormat",
    "Closure",
    "Employment",
    "FailedLogIn",
    "HolidayOverride",
    "OpeningHours",
    "Region",
    "Role",
    "Scope",
    "StaffMember",
    "User",
]
