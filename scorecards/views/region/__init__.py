"""The pages of a region and of the company: how it stands, which branches need help, and what drives the change."""

from scorecards.views.region.drivers import company_drivers, drivers
from scorecards.views.region.export import company_export, export
from scorecards.views.region.league import company, region

__all__ = ["company", "company_drivers", "company_export", "drivers", "export", "region"]
