"""What tests of all apps share."""

from __future__ import annotations

import os

import pytest
from django.conf import settings

SERVICES = {
    "redis": "REDIS_URL",
    "postgres": "DATABASE_URL",
    "elasticsearch": "ELASTICSEARCH_URL",
}


def require_service(name: str) -> str:
    """Return a service's address; without one skip the test, or fail it with REQUIRE_SERVICES=1."""
    variable = SERVICES[name]
    address = os.environ.get(variable)
    if address:
        return address
    if os.environ.get("REQUIRE_SERVICES") == "1":
        pytest.fail(f"{variable} is not set, and REQUIRE_SERVICES=1 asks for {name}")
    pytest.skip(f"{variable} is not set")


def pytest_configure() -> None:
    """Keep Redis out of tests that are not about it: what it holds outlives a test."""
    settings.REDIS_ADDRESS = None
