"""Errors of the API have one shape, whoever answers: the API, Django, or what stands before it."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.deprecation import MiddlewareMixin
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from botrunner.api.callers import SECONDS, ApiError
from whisper.database.errors import DatabaseUnavailableError

logger = logging.getLogger(__name__)

BEGINNINGS = ("/api/", "/mcp")
# What Django says by itself, by status.
USUAL = {
    400: ("bad_request", "This request can't be read."),
    401: ("token_invalid", "Show a token that holds: Authorization: Bearer …"),
    403: ("not_allowed", "This is not allowed."),
    404: ("not_found", "There is nothing at this address."),
    405: ("method_not_allowed", "This address takes another method."),
    413: ("too_large", "This request is too large."),
    500: ("failed", "Something went wrong."),
    503: ("unavailable", "The database can't be reached. Try again later."),
}


def failure(
    status: int, code: str = "", message: str = "", details: list[str] | None = None
) -> JsonResponse:
    """Return an error in the shape that all have."""
    usual_code, usual_message = USUAL.get(status, ("failed", "This can't be done."))
    fault = {
        "code": code or usual_code,
        "message": message or usual_message,
        "details": details or [],
    }
    headers = {"Retry-After": str(SECONDS)} if status == 429 else {}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return JsonResponse({"error": fault}, status=status, headers=headers)


class ApiErrors(MiddlewareMixin):
    """Gives errors under the API's addresses their shape where Django would send a page."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Replace a page that reports an error."""
        if not request.path.startswith(BEGINNINGS):
            return response
        is_page = not response.headers.get("Content-Type", "").startswith("application/json")
        if response.status_code < 400 or not is_page:
            return response
        shaped = failure(response.status_code)
        if "Allow" in response.headers:
            shaped.headers["Allow"] = response.headers["Allow"]
        return shaped


def handle_errors(api: NinjaAPI) -> None:
    """Have an API answer each error in the one shape."""

    @api.exception_handler(ApiError)
    def _api(request: HttpRequest, error: Any) -> HttpResponse:
        return failure(error.status, error.code, error.message)

    @api.exception_handler(ValidationError)
    def _invalid(request: HttpRequest, error: Any) -> HttpResponse:
        # Where, and what is wrong; not what was sent, which may be somebody's words.
        details = [f"{'.'.join(map(str, one['loc'][-2:]))}: {one['msg']}" for one in error.errors]
        return failure(422, "invalid", "Some of this request makes no sense.", details)

    @api.exception_handler(HttpError)
    def _http(request: HttpRequest, error: Any) -> HttpResponse:
        return failure(error.status_code)

    @api.exception_handler(Http404)
    def _missing(request: HttpRequest, error: Any) -> HttpResponse:
        return failure(404)

    @api.exception_handler(RequestDataTooBig)
    def _large(request: HttpRequest, error: Any) -> HttpResponse:
        return failure(413)

    @api.exception_handler(DatabaseUnavailableError)
    def _away(request: HttpRequest, error: Any) -> HttpResponse:
        logger.error("api: the database failed: %s", error)
        return failure(503)

    @api.exception_handler(Exception)
    def _unexpected(request: HttpRequest, error: Any) -> HttpResponse:
        logger.error("api: a request failed (%s)", type(error).__name__, exc_info=error)
        return failure(500)
