"""Traces for OpenTelemetry: the steps of a message and their times, if a collector is set.

A span has the ids of what it is about and the names of code, never anything that somebody said. No
other library gets our provider: what their spans would hold isn't ours to decide.
"""

from __future__ import annotations

import atexit
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from django.core.checks import CheckMessage, Error, register

from whisper.checks import AT_START
from whisper.environment import environment
from whisper.log_context import ids_in_hand
from whisper.version import VERSION

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.trace import Tracer

logger = logging.getLogger(__name__)

# What is still to be sent when a process ends waits this long for a collector that is away.
LAST_SECONDS = 2.0
SERVICE = "whisper"

_tracer: Tracer | None = None


@contextmanager
def span(name: str, **attributes: str | int | float) -> Iterator[None]:
    """Show what is done meanwhile as a step of the trace, with the ids in hand.

    Args:
        name: the step, one of few.
        attributes: names of code, or numbers; never words of people.
    """
    if _tracer is None:
        yield
        return
    from opentelemetry.trace import Status, StatusCode

    # An exception's message may quote somebody, so only its type is recorded.
    with _tracer.start_as_current_span(
        f"{SERVICE}.{name}",
        attributes={**ids_in_hand(), **attributes},
        record_exception=False,
        set_status_on_exception=False,
    ) as step:
        try:
            yield
        except Exception as error:
            step.set_status(Status(StatusCode.ERROR, type(error).__name__))
            raise


def start() -> None:
    """Send traces of this process to the collector of the settings, if there is one."""
    if environment.otel_exporter_otlp_endpoint is None or _tracer is not None:
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    address = environment.otel_exporter_otlp_endpoint.rstrip("/")
    send_to(OTLPSpanExporter(endpoint=f"{address}/v1/traces"))
    logger.info("traces: sent to %s", address)


def send_to(exporter: SpanExporter, *, at_once: bool = False) -> None:
    """Send the spans of this process to an exporter.

    Args:
        at_once: each span when it ends, and not many of them together from a thread.
    """
    global _tracer
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor

    provider = TracerProvider(
        # The variables of OpenTelemetry name it otherwise.
        resource=Resource({"service.name": SERVICE, "service.version": VERSION}).merge(
            Resource.create()
        ),
        shutdown_on_exit=False,
    )
    processor = SimpleSpanProcessor if at_once else BatchSpanProcessor
    provider.add_span_processor(processor(exporter))
    _tracer = provider.get_tracer(SERVICE, VERSION)
    atexit.register(_end, provider)


def stop() -> None:
    """Make no more spans."""
    global _tracer
    _tracer = None


def _end(provider: Any) -> None:
    """Send what is left; a collector that is away holds up the end of the process only shortly."""
    last = threading.Thread(target=provider.shutdown, name="traces", daemon=True)
    last.start()
    last.join(LAST_SECONDS)


@register(AT_START)
def check_packages(app_configs: object, **kwargs: object) -> list[CheckMessage]:
    """Report that a collector is set while the packages for it are missing."""
    if environment.otel_exporter_otlp_endpoint is None or _is_installed():
        return []
    return [
        Error(
            "OTEL_EXPORTER_OTLP_ENDPOINT is set, but the packages that send traces are missing.",
            hint="Install them as docs/monitoring.md says, or remove the setting.",
            id="whisper.E002",
        )
    ]


def _is_installed() -> bool:
    try:
        return find_spec("opentelemetry.exporter.otlp.proto.http") is not None
    except ModuleNotFoundError:
        return False
