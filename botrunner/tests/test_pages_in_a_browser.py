"""Every page of the console and of the web chat in a real browser, served by the product itself.

No page has an error in its script, breaks its content security policy, asks another machine for
anything, has to be scrolled sideways on a small phone, or keeps out those who don't see or don't
use a mouse, as far as axe can tell.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import pytest
from django.urls import Resolver404, resolve, reverse

from botrunner.tests.browsing import (
    SAY_SOMETHING,
    enter,
    faults,
    give_reason_for_reading,
    served,
)
from botrunner.tests.installation import PASSWORD, SECONDS, Installation
from whisper.browser import Page
from whisper.tests.browser import browser, needs_chromium, obstacles
from whisper.tests.waiting import wait_until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.process,
    pytest.mark.timeout(900),
    needs_chromium,
]
# The narrowest phones that are still sold.
WIDTH, HEIGHT = 360, 740
# A page is known by its view. Several of each are opened, since rows differ, in one theme each.
EACH = 2
# Those that are looked at first: all that somebody sees every day.
MAIN = {
    "admin:index",
    "chat",
    "console:analytics",
    "console:audit",
    "console:conversation",
    "console:conversations",
    "console:edit_person",
    "console:live",
    "console:memories",
    "console:memory",
    "console:people",
    "console:person",
    "console:personas",
    "console:playground",
    "console:settings",
    "console:tasks",
    "known",
    "privacy",
}
THEMES = [{"name": "prefers-color-scheme", "value": value} for value in ("light", "dark")]
DOWNLOADS = {
    "export",
    "console:analytics_file",
    "console:certificate",
    "console:fetch_backup",
    "console:fetch_task",
    "console:persona_file",
}
LINKS = "[...document.querySelectorAll('a[href]')].map(link => link.href)"
# Where no link leads, or only from a page that asks something first.
OTHERS = (
    "mfa_activate_totp",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "admin:password_change",
    "forget_me",
    "privacy",
    "known",
    "chat",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Serve the console with the invented world."""
    with served(tmp_path_factory.mktemp("product")) as installation:
        yield installation


@pytest.fixture(scope="module")
def cookies(site: Installation) -> list[dict[str, Any]]:
    """Return the cookies of somebody who signed in: more than five times a minute is refused."""
    with browser() as page:
        enter(page, site)
        return list(page.call("Network.getCookies")["cookies"])


@pytest.fixture
def phone() -> Iterator[Page]:
    """Return a tab as narrow as a small phone's."""
    with browser() as page:
        size = {"width": WIDTH, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False}
        page.call("Emulation.setDeviceMetricsOverride", **size)
        yield page


@pytest.fixture
def signed_in(site: Installation, phone: Page, cookies: list[dict[str, Any]]) -> Page:
    """Return a phone's tab of somebody who signed in earlier."""
    for one in cookies:
        phone.call("Network.setCookie", name=one["name"], value=one["value"], url=site.origin)
    return phone


def confirm(page: Page, site: Installation) -> list[str]:
    """Confirm the password and say why private data is read, as pages ask for once."""
    page.open(site.origin + reverse("mfa_activate_totp"))
    found = faults(page, site) + obstacles(page)
    page.do(f"document.querySelector('[name=password]').value = '{PASSWORD}'")
    page.do_and_load("document.querySelector('main form').requestSubmit()")
    return found + give_reason_for_reading(page, site)


def view_of(address: str, origin: str) -> str | None:
    """Return the name of the view of a page; None if it isn't one of our pages."""
    path = address.removeprefix(origin).partition("?")[0]
    # The pages of the API are Swagger's.
    if not address.startswith(origin) or path.startswith(("/static/", "/api/")):
        return None
    try:
        name = resolve(path).view_name
    except Resolver404:
        return None
    return None if name in DOWNLOADS else name


def crawl(
    page: Page, site: Installation, *, each: int = EACH, only: Collection[str] | None = None
) -> tuple[set[str], list[str]]:
    """Follow links from the front page, and return the views that were seen and their faults.

    Args:
        each: how many pages of a view are opened.
        only: the views that are opened; all without it.
    """
    waiting = [site.origin + reverse("admin:index")]
    waiting += [site.origin + reverse(name) for name in OTHERS]
    opened: dict[str, set[str]] = {}
    found: list[str] = []
    while waiting:
        # To a place within the same page, a browser goes without loading it.
        address = waiting.pop(0).partition("#")[0]
        view = view_of(address, site.origin)
        if only is not None and view not in only:
            continue
        paths = opened.setdefault(view, set()) if view else set()
        path = address.partition("?")[0]
        if view is None or path in paths or len(paths) >= each:
            continue
        paths.add(path)
        theme = THEMES[len(paths) % len(THEMES)]
        page.call("Emulation.setEmulatedMedia", features=[theme])
        page.open(address)
        found += faults(page, site)
        found += [f"{path} ({theme['value']}): {one}" for one in obstacles(page)]
        waiting += page.do(LINKS)
    return set(opened), found


def test_the_first_pages_that_somebody_sees(site, phone):
    found = enter(phone, site)
    for name in ("admin:index", "console:live", "chat"):
        phone.open(site.origin + reverse(name))
        found += faults(phone, site)
    assert found == []


@pytest.mark.long
def test_a_script_within_a_page_and_a_wide_picture_would_be_found(site, signed_in):
    signed_in.open(site.origin + reverse("privacy"))
    assert faults(signed_in, site) == []
    signed_in.do(
        "document.head.append(Object.assign(document.createElement('script'), {text: '1'}))"
    )
    signed_in.do(
        "document.body.append(Object.assign(new Image(1000, 10), {src: 'http://a.test/b'}))"
    )
    found = "\n".join(faults(signed_in, site))
    assert "Content Security Policy" in found
    assert "pixels too wide" in found


OPEN_PALETTE = """
document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'k', ctrlKey: true, bubbles: true}))
"""
TYPE_ANN = """
(() => {
    const words = document.activeElement;
    words.value = 'Ann';
    words.dispatchEvent(new Event('input', {bubbles: true}));
})()
"""
FOUND = "document.querySelector('#palette a[href*=\"/people/\"]') !== null"


def test_ctrl_k_leads_to_a_person(site, signed_in):
    signed_in.open(site.origin + reverse("console:live"))
    signed_in.do(OPEN_PALETTE)
    signed_in.do(TYPE_ANN)
    wait_until(lambda: signed_in.do(FOUND), seconds=SECONDS)
    assert faults(signed_in, site) == []
    assert obstacles(signed_in) == []
    signed_in.do_and_load("document.querySelector('#palette form').requestSubmit()")
    assert signed_in.path.startswith(reverse("console:people"))


LATEST = "document.querySelector('[data-live-panel] .event')?.textContent"
CHECKED = "document.querySelector('[data-health] time')?.textContent"
LOOK_AT_IT = "document.dispatchEvent(new Event('visibilitychange'))"
PRESS = (
    "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key: '%s', bubbles: true}))"
)
CHOSEN = "document.querySelector('[data-chosen]').textContent"


def choose_by_keys(page: Page, keys: str) -> str:
    """Press keys on the page of memories, and return how many it says are chosen."""
    for key in keys:
        page.do(PRESS % key)
    return str(page.do(CHOSEN))


# Who signs in more than a few times a minute has to wait: one session does several things.
def test_what_happens_while_a_page_is_open_appears_there(site, phone):
    enter(phone, site)
    give_reason_for_reading(phone, site)
    assert choose_by_keys(phone, "jxjx") == "2 chosen"
    assert choose_by_keys(phone, "x") == "1 chosen"
    phone.open(site.origin + reverse("admin:index"))
    wait_until(lambda: "second" in phone.do("document.querySelector('[data-state]').innerText"))
    phone.do(SAY_SOMETHING)
    wait_until(lambda: phone.do(LATEST), seconds=SECONDS)
    first = phone.do(CHECKED)
    wait_until(lambda: phone.do(LOOK_AT_IT) or phone.do(CHECKED) != first, seconds=SECONDS)
    assert faults(phone, site) == []
    assert obstacles(phone) == []


# The connection is lost as soon as the server has the message, and the page makes no new one.
LOSE_IT_THEN = """
var join = connect, takeMessage = TAKE.message;
connect = () => {};
TAKE.message = (message) => {
    takeMessage(message);
    if (message.who === 'person') socket.close();
};
say('Hello there');
"""
WRAPPING_OF_IDS = (
    "[...document.querySelectorAll('.people .id')].map(id => getComputedStyle(id).whiteSpace)"
)
WAITING = "document.querySelectorAll('#talk .waiting').length"
IS_LOST = "here.classList.contains('off')"
COME_BACK = "TAKE.message = takeMessage; connect = join; connect()"
LAST = "document.querySelector('#talk li:last-child .words').textContent.trim()"
# What a tab sends and hears, in the place of the server.
COME_BACK_TO_NOBODY = """
var sent = [];
window.WebSocket = class extends EventTarget {
    static OPEN = 1;
    readyState = 1;
    send(text) { sent.push(JSON.parse(text)); }
};
connect();
socket.dispatchEvent(new Event('open'));
"""
HEAR_THAT_IT_FAILED = """
socket.dispatchEvent(new MessageEvent('message', {data: JSON.stringify(
    {type: 'state', id: sent[0].waiting[0], state: 'failed', text: ''})}))
"""


def test_no_id_is_broken_in_the_list_of_people_on_a_wide_screen(site, signed_in):
    size = {"width": 1280, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False}
    signed_in.call("Emulation.setDeviceMetricsOverride", **size)
    signed_in.open(site.origin + reverse("console:people"))
    assert set(signed_in.do(WRAPPING_OF_IDS)) == {"nowrap"}


def test_a_tab_that_comes_back_learns_what_became_of_its_messages(site, signed_in):
    signed_in.open(site.origin + reverse("chat"))
    wait_until(lambda: not signed_in.do(IS_LOST), seconds=SECONDS)
    signed_in.do(LOSE_IT_THEN)
    wait_until(lambda: signed_in.do(IS_LOST), seconds=SECONDS)
    assert signed_in.do(WAITING) == 1
    signed_in.do(COME_BACK)
    wait_until(lambda: signed_in.do(WAITING) == 0, seconds=SECONDS)
    assert signed_in.do(LAST) not in ("", "Hello there")
    assert "No reply came" not in signed_in.do("talk.innerText")

    signed_in.do(LOSE_IT_THEN)
    wait_until(lambda: signed_in.do(IS_LOST), seconds=SECONDS)
    signed_in.do(COME_BACK_TO_NOBODY.replace("connect();", COME_BACK))
    # What the server didn't confirm follows, if the connection was lost that early.
    hello, *_ = signed_in.do("sent")
    assert (hello["type"], len(hello["waiting"])) == ("hello", 1)
    signed_in.do(HEAR_THAT_IT_FAILED)
    assert signed_in.do(WAITING) == 0
    assert "No reply came. Send again" in signed_in.do("talk.lastElementChild.innerText")
    assert faults(signed_in, site) == []
    assert obstacles(signed_in) == []


def test_the_main_pages(site, signed_in):
    found = give_reason_for_reading(signed_in, site)
    views, more = crawl(signed_in, site, each=1, only=MAIN)
    assert found + more == [], "\n".join(found + more)
    assert views == MAIN


@pytest.mark.long
def test_every_page_that_a_link_leads_to(site, phone):
    found = enter(phone, site) + confirm(phone, site)
    views, more = crawl(phone, site)
    assert found + more == [], "\n".join(found + more)
    assert {"console:person_tab", "console:memory", "console:conversation"} <= views
    assert {"console:playground", "console:settings", "console:tasks"} <= views
    assert {"console:analytics", "console:personas", "console:persona", "known"} <= views
