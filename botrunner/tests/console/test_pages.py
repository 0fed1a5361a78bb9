"""Tests of the frame around each page of the console."""

from __future__ import annotations

from django.conf import settings

from botrunner.console.pages import PARENTS
from whisper.console.navigation import GROUPS

TEMPLATES = settings.BASE_DIR / "templates" / "console"


def test_each_page_is_in_the_navigation_or_leads_back_to_one_that_is():
    listed = {page.full_name for _, pages in GROUPS for page in pages}
    framed = {
        file.stem
        for file in TEMPLATES.glob("*.html")
        if 'extends "console/base.html"' in file.read_text("utf-8")
    }
    assert {name for name in framed if f"console:{name}" not in listed} == PARENTS.keys()
    assert {address for _, address in PARENTS.values()} <= listed
