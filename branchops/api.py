"""The interface for other systems: one versioned API, described at /api/v1/openapi.json.

It has no page of its own: the usual one needs inline scripts, which the content security policy forbids.
"""

from ninja import NinjaAPI

from scorecards.api import handle_errors, router

v1 = NinjaAPI(title="BranchOps", version="1.0.0", urls_namespace="api", docs_url=None)
v1.add_router("", router)
handle_errors(v1)
