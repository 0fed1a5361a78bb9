"""Tests that the action log says in words what was done."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings

from botrunner.console.audit.wanted import AREAS
from botrunner.console.audit.wording import WORDS, worded
from botrunner.console.people.views import TABS
from whisper.console.reading import PrivateRows
from whisper.tests.console_pages import console_pages

APPS = ("whisper", "profiles", "memories", "botrunner")
NAMED = re.compile(r"\"((?:" + "|".join(AREAS) + r")\.[a-z_]+)\"")
LOGGED = re.compile(r"\b_?log(?:_\w+)?\(\s*\"([a-z_]+\.[a-z_]+)\"")
READ = re.compile(r"\bnote_reading\([^)]*what=\"([a-z_]+)\"")
FILES = ("py", "md", "json", "csv", "txt", "toml")


def private(page):
    return isinstance(page, PrivateRows)


def sources():
    for app in APPS:
        for file in (Path(settings.BASE_DIR) / app).rglob("*.py"):
            if "tests" not in file.parts and file.name != "wording.py":
                yield file.read_text("utf-8")


def test_each_action_that_the_code_logs_has_words():
    named = {name for text in sources() for name in NAMED.findall(text)}
    read = {f"read.{what}" for text in sources() for what in READ.findall(text)}
    tabs = {f"read.{tab}" for tab in TABS}
    lists = {f"read.{one.model._meta.model_name}" for one in console_pages() if private(one)}
    logged = {one for one in named | read | tabs | lists if one.split(".")[1] not in FILES}
    assert logged - NOT_LOGGED <= set(WORDS)
    assert {name for text in sources() for name in LOGGED.findall(text)} <= set(WORDS)


# Names of other things, of the same form: relatives in facts, checks, scopes.
NOT_LOGGED = {
    "person.brother",
    "person.girlfriend",
    "person.sister",
    "account.check",
    "profile.read",
}


def test_an_action_of_another_version_is_shown_by_its_name():
    assert worded("memory.polish") == "memory.polish"
