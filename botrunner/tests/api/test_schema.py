"""The API keeps to its own description, whatever is sent to it: schemathesis tries."""

from __future__ import annotations

from functools import cache

import pytest
from django.core.handlers.wsgi import WSGIHandler
from hypothesis import HealthCheck, given, settings

from botrunner.api.service import api
from whisper.environment import environment
from whisper.models import ActionEntry

OPERATIONS = [
    (path, method.upper())
    for path, methods in api.get_openapi_schema()["paths"].items()
    for method in methods
]
MODES = ["positive", "negative"]


@cache
def described():
    """Return the description as schemathesis reads it."""
    # It takes seconds to import, in each process that collects tests.
    import schemathesis

    schema = schemathesis.openapi.from_dict(api.get_openapi_schema())
    schema.app = WSGIHandler()
    return schema


def try_out(path, method, mode, text, examples):
    """Send what fits the description, or what doesn't, and check that the answer fits it."""
    from schemathesis import GenerationMode
    from schemathesis.specs.openapi.checks import positive_data_acceptance

    generated = described()[path][method].as_strategy(GenerationMode(mode))
    # A request can fit the description and still make no sense: a search until before its start.
    by_sense = [positive_data_acceptance]

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=generated)
    def send(case):
        headers = {"Authorization": f"Bearer {text}"}
        case.call_and_validate(headers=headers, excluded_checks=by_sense)

    send()


@pytest.fixture
def text(token, monkeypatch):
    """Return a token that may do everything for one person, as often as it likes."""
    monkeypatch.setattr(environment, "api_requests_per_minute", 10**9)
    return token()


@pytest.mark.heavy
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_each_address_keeps_to_its_description(text, path, method):
    for mode in MODES:
        try_out(path, method, mode, text, examples=5)
    assert not ActionEntry.objects.filter(action="person.erase").exists()


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("mode", MODES, ids=str)
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_each_address_keeps_to_it_whatever_is_sent(text, path, method, mode):
    try_out(path, method, mode, text, examples=200)
