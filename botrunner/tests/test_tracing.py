"""Traces have each step of a message, with ids and never what was said."""

from __future__ import annotations

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from botrunner import history
from botrunner.conversation.respond import respond
from botrunner.llm.base import ModelError
from botrunner.tests.fakes import ANN, FakeModel, FakeSurface, said
from memories import index
from whisper import outbox, tracing
from whisper.environment import environment

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.heavy]
# What a span may tell, beside the ids of what it is about.
CODE = {"unit", "topic", "entries", "step", "engine", "model"}
IDS = {"request", "person", "guild", "channel", "message_id"}


@pytest.fixture
def spans():
    """Return what keeps the spans that end meanwhile."""
    history.reset()
    index.reset()
    exporter = InMemorySpanExporter()
    tracing.send_to(exporter, at_once=True)
    yield exporter
    tracing.stop()


async def talked(text: str, model: FakeModel) -> None:
    await respond(said(text), FakeSurface(), model=model)
    while await outbox.drain():
        pass


async def test_a_message_is_a_trace_of_its_steps(spans):
    await talked("What does my marmalade cat like?", FakeModel("Sardines, of course."))
    (message,) = [one for one in spans.get_finished_spans() if one.name == "whisper.message"]
    own = [
        one
        for one in spans.get_finished_spans()
        if one.context.trace_id == message.context.trace_id
    ]
    steps = {(one.name, one.attributes.get("step")) for one in own}
    assert steps >= {
        *(("whisper.prompt", None), ("whisper.model", None), ("whisper.delivery", None)),
        *(("whisper.recall", step) for step in ("embed", "search", "rank")),
        ("whisper.database", None),
    }
    assert {one.attributes["person"] for one in own} == {str(ANN)}
    work = [one for one in spans.get_finished_spans() if one.name == "whisper.outbox"]
    assert "memories.facts" in {one.attributes["topic"] for one in work}


async def test_no_span_has_what_was_said(spans):
    await talked("My marmalade cat is called Miso.", FakeModel("Sardines, of course."))
    ended = spans.get_finished_spans()
    assert len(ended) > 10
    assert {name for one in ended for name in one.attributes} <= CODE | IDS
    shown = " ".join(one.to_json() for one in ended)
    assert [word for word in ("marmalade", "Miso", "Sardines", "Ann") if word in shown] == []


async def test_an_error_is_told_by_its_kind_alone(spans):
    with pytest.raises(ModelError), tracing.span("model", model="tiny"):
        raise ModelError("no reply to: My marmalade cat")
    (one,) = spans.get_finished_spans()
    assert (one.status.description, one.events) == ("ModelError", ())


def test_without_a_collector_there_are_none(monkeypatch):
    monkeypatch.setattr(environment, "otel_exporter_otlp_endpoint", None)
    tracing.start()
    with tracing.span("message"):
        assert tracing._tracer is None
    assert tracing.check_packages(None) == []


def test_a_collector_without_the_packages_is_reported(monkeypatch):
    monkeypatch.setattr(environment, "otel_exporter_otlp_endpoint", "http://localhost:4318")
    monkeypatch.setattr(tracing, "_is_installed", lambda: False)
    (fault,) = tracing.check_packages(None)
    assert fault.id == "whisper.E002"
