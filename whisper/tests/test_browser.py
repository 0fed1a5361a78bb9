"""What becomes of a browser that doesn't do what it is asked."""

from __future__ import annotations

import io
import itertools
import json
import os

import pytest

from whisper.browser import BrowserError, Page, browser


class Chatter:
    """A connection that answers the first calls, and then reports other things forever."""

    def __init__(self):
        self.answers = []

    def send(self, text):
        number = json.loads(text)["id"]
        # Four switch on the reports, and the fifth navigates.
        if number <= 5:
            self.answers.append({"id": number, "result": {}})

    def recv(self, timeout):
        return json.dumps(
            self.answers.pop() if self.answers else {"method": "Network.dataReceived"}
        )


@pytest.fixture
def page(monkeypatch):
    """Return a page to which each look at the clock takes a second."""
    seconds = itertools.count()
    monkeypatch.setattr("whisper.browser.time.monotonic", lambda: next(seconds))
    return Page(Chatter())  # type: ignore[arg-type]


def test_a_page_that_is_never_loaded_is_not_awaited_forever(page):
    with pytest.raises(BrowserError, match="in time"):
        page.open("http://127.0.0.1/")


def test_a_call_that_is_never_answered_is_not_awaited_forever(page):
    page.call("Page.navigate")
    with pytest.raises(BrowserError, match="in time"):
        page.do("1 + 1")


@pytest.fixture
def stubborn(tmp_path):
    """Return a program that says it listens, and that doesn't end when it is asked to."""
    program = tmp_path / "chromium"
    program.write_text(
        "#!/bin/sh\n"
        "trap '' TERM\n"
        f"echo $$ >{tmp_path}/pid\n"
        "for one; do case $one in --user-data-dir=*) folder=${one#*=} ;; esac; done\n"
        'printf "9\\n/\\n" >"$folder/DevToolsActivePort"\n'
        "exec sleep 60\n"
    )
    program.chmod(0o755)
    return program


def test_a_browser_that_can_not_be_reached_is_killed(stubborn, monkeypatch):
    monkeypatch.setattr("whisper.browser.END_SECONDS", 0)
    with pytest.raises(BrowserError, match="can't be reached"), browser(str(stubborn)):
        pass
    with pytest.raises(ProcessLookupError):
        os.kill(int((stubborn.parent / "pid").read_text()), 0)


def test_a_browser_without_a_tab_is_an_error(stubborn, monkeypatch):
    monkeypatch.setattr("whisper.browser.END_SECONDS", 0)
    monkeypatch.setattr("whisper.browser.urlopen", lambda *_, **__: io.BytesIO(b"[]"))
    with pytest.raises(BrowserError, match="no tab"), browser(str(stubborn)):
        pass
