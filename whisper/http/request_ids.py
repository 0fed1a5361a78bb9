"""Each request has an id, which its lines in the log and its response carry."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest
from django.utils.decorators import sync_and_async_middleware

from whisper.log_context import about

HEADER = "X-Request-ID"
# Of a proxy, which may number requests itself; nothing else gets into the log from outside.
_ID = re.compile(r"[\w.-]{1,64}", re.ASCII)


@sync_and_async_middleware
def request_ids(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Return a handler that gives a request the id that its proxy gave it, or a new one."""

    async def answered_later(request: HttpRequest) -> Any:
        request_id = _id_of(request)
        with about({"request": request_id}):
            response = await get_response(request)
        response[HEADER] = request_id
        return response

    def answered(request: HttpRequest) -> Any:
        request_id = _id_of(request)
        with about({"request": request_id}):
            response = get_response(request)
        response[HEADER] = request_id
        return response

    return answered_later if iscoroutinefunction(get_response) else answered


def _id_of(request: HttpRequest) -> str:
    given = request.headers.get(HEADER, "")
    return given if _ID.fullmatch(given) else uuid.uuid4().hex
