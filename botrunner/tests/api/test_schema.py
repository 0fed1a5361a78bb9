"""The API keeps to its own description, whatever is sent to it: schemathesis tries."""

from __future__ import annotations

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from botrunner.api.service import api
from whisper.environment import environment
from whisper.models import ActionEntry

SCHEMA = schemathesis.openapi.from_dict(api.get_openapi_schema())
SCHEMA.app = WSGIHandler()
OPERATIONS = [
    (path, method.upper())
    for path, methods in api.get_openapi_schema()["paths"].items()
    for method in methods
]
# A request can fit the description and still make no sense: a search until before its start.
BY_SENSE = [positive_data_acceptance]
MODES = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]


def try_out(path, method, mode, text, examples):
    """Send what fits the description, or what doesn't, and look whether the answer fits it."""

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=SCHEMA[path][method].as_strategy(mode))
    def send(case):
        headers = {"Authorization": f"Bearer {text}"}
        case.call_and_validate(headers=headers, excluded_checks=BY_SENSE)

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
