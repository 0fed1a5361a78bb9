"""Headers of every page: what a browser may load for it, and that it keeps no copy."""

from __future__ import annotations

from csp.constants import SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

# What differs from the strict policy of the settings for a page that sets styles in place.
STYLED = {
    "default-src": [SELF],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:"],
}
# The console's theme also evaluates expressions in attributes (Alpine).
CONSOLE = {**STYLED, "script-src": [SELF, UNSAFE_EVAL]}


class PageHeaders(CSPMiddleware):
    """Adds a content security policy, and `no-store` to all that somebody gets who is known.

    That is a signed-in browser, or a program with a token.

    Static files are served before this.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Add what a view has not set itself."""
        response = super().process_response(request, response)
        if settings.SESSION_COOKIE_NAME in request.COOKIES or "Authorization" in request.headers:
            response.headers["Cache-Control"] = "no-store, private"
        return response

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        """Return the policy of a page: the console's own for its pages, else the strict one."""
        parts = super().get_policy_parts(request, response, report_only)
        if request.path.startswith(reverse("admin:index")):
            parts.replace = {**CONSOLE, **(parts.replace or {})}
        return parts
