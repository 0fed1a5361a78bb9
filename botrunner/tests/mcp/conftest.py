"""The people and tokens of the API's tests."""

from __future__ import annotations

from botrunner.tests.api.conftest import officer, people, token

__all__ = ["officer", "people", "token"]
