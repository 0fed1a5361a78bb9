"""Answers to what watches Whisper: an orchestrator's probes and Prometheus.

They come every few seconds, by address instead of by name, and have no session. So they are
answered before anything else looks at a request.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import async_to_sync, iscoroutinefunction
from django.core.asgi import get_asgi_application
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

from whisper.health import health_page, live_page, ready_page
from whisper.metrics import may_scrape, metrics

Handler = Callable[[HttpRequest], Any]

METRICS = "/metrics"
PAGES: dict[str, Callable[..., Awaitable[HttpResponse]]] = {
    "/health": health_page,
    "/health/": health_page,
    "/health/live": live_page,
    "/health/ready": ready_page,
}


@sync_and_async_middleware
def probes(get_response: Handler) -> Handler:
    """Answer probes; everything else, a browser that asks for metrics included, is passed on."""
    if iscoroutinefunction(get_response):

        async def answer_in_async(request: HttpRequest) -> HttpResponseBase:
            answer: HttpResponseBase | None = await _answer(request)
            return await get_response(request) if answer is None else answer

        return answer_in_async

    def answer_in_sync(request: HttpRequest) -> HttpResponseBase:
        answer = async_to_sync(_answer)(request) if _is_probe(request) else None
        return get_response(request) if answer is None else answer

    return answer_in_sync


def application() -> Callable[..., Awaitable[None]]:
    """Return an ASGI application that has these pages alone, for a process without a console."""
    pages = get_asgi_application()

    async def only_probes(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"] in {*PAGES, METRICS}:
            await pages(scope, receive, send)
        elif scope["type"] == "http":
            await send({"type": "http.response.start", "status": 404, "headers": []})
            await send({"type": "http.response.body", "body": b"Only /health and /metrics."})
        else:
            await send({"type": "websocket.close"})

    return only_probes


async def _answer(request: HttpRequest) -> HttpResponse | None:
    if page := PAGES.get(request.path_info):
        return await page(inside=may_scrape(request))
    return await metrics() if _is_probe(request) else None


def _is_probe(request: HttpRequest) -> bool:
    path = request.path_info
    return path in PAGES or (path == METRICS and may_scrape(request))
