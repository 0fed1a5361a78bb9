"""What becomes of a browser that doesn't do what it is asked."""

from __future__ import annotations

import pytest

from whisper.browser import BrowserError, browser
from whisper.tests.browser import browser as chromium
from whisper.tests.browser import needs_chromium

pytestmark = pytest.mark.process


@pytest.fixture(scope="module")
def page():
    with chromium() as page:
        yield page


def test_a_browser_that_does_not_start_is_an_error(tmp_path):
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)
    with pytest.raises(BrowserError), browser(str(program)):
        pass


@needs_chromium
def test_a_page_that_nobody_serves_is_an_error(page):
    with pytest.raises(BrowserError, match="ERR_"):
        page.open("http://127.0.0.1:9/")


@needs_chromium
@pytest.mark.parametrize("text", ["", "Other"])
def test_what_is_not_there_or_covered_can_not_be_clicked(page, monkeypatch, text):
    page.call("Page.enable")
    page.do("document.body.innerHTML = '<button>One</button>'")
    page.do("document.body.innerHTML += '<div style=\"position:fixed;inset:0\"></div>'")
    page.limit(0.2)
    with pytest.raises(BrowserError):
        page.click("button", text)


@needs_chromium
def test_what_a_page_complains_of_is_kept(page):
    page.do("console.error('Oh no')")
    with pytest.raises(BrowserError, match="Dear me"):
        page.do("(() => { throw new Error('Dear me') })()")
    assert any("Oh no" in one for one in page.complaints)
