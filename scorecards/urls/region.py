"""Routes of the region's and the company's pages, each with its rule."""

from django.urls import URLPattern, path

from branches.permissions import ADMINISTRATORS, REGIONALS, Rule
from scorecards.views import region

urlpatterns: list[URLPattern] = [
    path("company/", region.company, name="company"),
    path("company/drivers/", region.company_drivers, name="company_drivers"),
    path("company/export/", region.company_export, name="company_export"),
    path("regions/<str:code>/", region.region, name="region"),
    path("regions/<str:code>/drivers/", region.drivers, name="drivers"),
    path("regions/<str:code>/export/", region.export, name="export"),
]
RULES: dict[str, Rule] = {
    "company": ADMINISTRATORS,
    "company_drivers": ADMINISTRATORS,
    "company_export": ADMINISTRATORS,
    "region": REGIONALS,
    "drivers": REGIONALS,
    "export": REGIONALS,
}
