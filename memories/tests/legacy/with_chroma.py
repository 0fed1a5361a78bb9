"""Tests of the older bot's engine run where the extra `chroma` is installed."""

from __future__ import annotations

import os
from importlib.util import find_spec

import pytest


def require_chroma() -> None:
    """Skip the test unless REQUIRE_CHROMA=1 asks for it; fail it where chromadb is missing then."""
    if os.environ.get("REQUIRE_CHROMA") != "1":
        pytest.skip("REQUIRE_CHROMA=1 runs the tests of the older bot's engine")
    if find_spec("chromadb") is None:
        pytest.fail("chromadb is not installed, and REQUIRE_CHROMA=1 asks for it")
