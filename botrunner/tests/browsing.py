"""What tests in a browser share: the product with the invented world, somebody who signs in, and
what is wrong with a page.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from django.urls import reverse

from botrunner.tests.installation import OWNER, PASSWORD, SECONDS, Installation
from whisper.browser import Page
from whisper.tests.browser import obstacles
from whisper.tests.waiting import wait_until

# What makes a page too wide stands in no box that scrolls by itself.
WIDEST = """
[...document.querySelectorAll('body *')]
    .filter(one => one.getBoundingClientRect().right > document.documentElement.clientWidth)
    .slice(-1).map(one => one.outerHTML.slice(0, 200)).join()
"""
# Where a page's own content begins, for those who skip to it.
LANDMARKS = "document.querySelectorAll('main, [role=main]').length"
# In pixels of the screen: a drawing is scaled, and its letters with it.
SMALLEST = 10
SMALLEST_LETTERS = """
Math.min(Infinity, ...[...document.querySelectorAll('svg text')]
    .filter(one => one.getBoundingClientRect().width)
    .map(one => parseFloat(getComputedStyle(one).fontSize) * one.getScreenCTM().a)) || null
"""
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SAY_SOMETHING = """
new Promise((said) => {
    const socket = new WebSocket(`ws://${location.host}/ws/chat/`);
    socket.onopen = () => {
        socket.send(JSON.stringify({type: 'hello', after: '0'}));
        socket.send(JSON.stringify({type: 'say', id: String(Date.now()), text: 'Hello there'}));
        said();
    };
})
"""


@contextmanager
def served(folder: Path) -> Iterator[Installation]:
    """Serve the product with a few invented people."""
    installation = Installation(folder)
    installation.prepare()
    installation.run("demo", "--people", "4", "--messages", "120")
    with installation.running("runbot", "--web", str(installation.port)):
        wait_until(lambda: _is_served(installation), seconds=SECONDS)
        yield installation


def _is_served(installation: Installation) -> bool:
    try:
        with urlopen(installation.origin + "/health", timeout=SECONDS) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def faults(page: Page, site: Installation) -> list[str]:
    """Return what is wrong with the page that is shown, and forget it."""
    page.settle()
    own = (site.origin, site.origin.replace("http", "ws"), "data:", "blob:", "about:")
    found = [f"complaint: {one}" for one in page.complaints]
    found += [f"asked elsewhere: {one}" for one in page.requests if not one.startswith(own)]
    if (pixels := page.do(TOO_WIDE)) > 0:
        found.append(f"{pixels} pixels too wide: {page.do(WIDEST)}")
    if (count := page.do(LANDMARKS)) != 1:
        found.append(f"{count} main landmarks")
    if (letters := page.do(SMALLEST_LETTERS)) is not None and letters < SMALLEST:
        found.append(f"letters of a drawing are {letters:.1f} pixels high")
    page.complaints.clear()
    page.requests.clear()
    return [f"{page.path}: {one}" for one in found]


def enter(page: Page, site: Installation) -> list[str]:
    """Sign in, and return what is wrong with the page that asks for it."""
    page.open(site.origin + reverse("admin:login"))
    found = faults(page, site) + obstacles(page)
    page.do(f"document.querySelector('[name=username]').value = '{OWNER}'")
    page.do(f"document.querySelector('[name=password]').value = '{PASSWORD}'")
    page.do_and_load("document.querySelector('#login-form').requestSubmit()")
    return found


def give_reason_for_reading(page: Page, site: Installation) -> list[str]:
    """Say why private data is read, and return what is wrong with the page that asks for it."""
    page.open(site.origin + reverse("console:memories"))
    found = faults(page, site) + obstacles(page)
    page.do("document.querySelector('[name=reading_reason]').value = 'To look at all pages.'")
    page.do_and_load("document.querySelector('[name=reading_reason]').form.requestSubmit()")
    return found
