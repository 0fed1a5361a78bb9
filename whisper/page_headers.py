"""Headers of every page: what a browser may load for it, and that it keeps no copy."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.deprecation import MiddlewareMixin

_ALWAYS = "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    f"connect-src 'self'; {_ALWAYS}"
)
# The console's theme evaluates expressions in attributes (Alpine) and sets styles in place.
CONSOLE = (
    "default-src 'self'; script-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    f"img-src 'self' data:; {_ALWAYS}"
)


class PageHeaders(MiddlewareMixin):
    """Adds a content security policy, and `no-store` to all that somebody gets who is known.

    That is a signed-in browser, or a program with a token.

    Static files are served before this.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Add what a view has not set itself."""
        is_console = request.path.startswith(reverse("admin:index"))
        policy = CONSOLE if is_console else STRICT
        response.headers.setdefault("Content-Security-Policy", policy)
        if settings.SESSION_COOKIE_NAME in request.COOKIES or "Authorization" in request.headers:
            response.headers["Cache-Control"] = "no-store, private"
        return response
