"""A real browser for tests, which also tells what keeps people out of a page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files

import pytest

from whisper.browser import Page, find
from whisper.browser import browser as opened

CHROMIUM = find()
AXE = files("axe_core_python") / "axe.min.js"
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")


@contextmanager
def browser() -> Iterator[Page]:
    """Start Chromium with an empty profile, and yield a tab of it."""
    assert CHROMIUM is not None
    with opened(CHROMIUM) as page:
        yield page


def obstacles(page: Page) -> list[str]:
    """Return what keeps somebody from using a page: what axe finds serious or critical."""
    page.do(AXE.read_text())
    found = page.do("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [
        f"{one['id']}: {one['help']}: {one['nodes'][0]['html'][:200]}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]
