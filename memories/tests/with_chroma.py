"""Tests of the older bot's engine run where the extra `chroma` is installed."""

from __future__ import annotations

import os
from importlib.util import find_spec

import pytest


def require_chroma() -> None:
    """Skip the test where chromadb is not installed, or fail it with REQUIRE_CHROMA=1."""
    if find_spec("chromadb") is not None:
        return
    if os.environ.get("REQUIRE_CHROMA") == "1":
        pytest.fail("chromadb is not installed, and REQUIRE_CHROMA=1 asks for it")
    pytest.skip("the extra `chroma` is not installed")
