"""What admins come to the console for, done in a real browser with the mouse and the keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse

from botrunner.tests.browsing import (
    SAY_SOMETHING,
    enter,
    faults,
    give_reason_for_reading,
    served,
)
from botrunner.tests.installation import OWNER, PASSWORD, SECONDS, Installation
from whisper.browser import Page
from whisper.tests.browser import browser, needs_chromium
from whisper.tests.waiting import wait_until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.process,
    pytest.mark.timeout(600),
    needs_chromium,
]
WIDTH, HEIGHT = 1280, 800


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Serve the console with the invented world."""
    with served(tmp_path_factory.mktemp("product")) as installation:
        yield installation


@pytest.fixture(scope="module")
def signed_in(site: Installation) -> Iterator[Page]:
    """Return a tab of an owner who said why they read; more sign-ins would have to wait."""
    with browser() as page:
        size = {"width": WIDTH, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False}
        page.call("Emulation.setDeviceMetricsOverride", **size)
        page.call("Emulation.setFocusEmulationEnabled", enabled=True)
        enter(page, site)
        give_reason_for_reading(page, site)
        yield page


@pytest.fixture
def desk(site: Installation, signed_in: Page) -> Iterator[Page]:
    """Return the owner's tab, and expect that nothing was wrong with what a test did there."""
    yield signed_in
    assert faults(signed_in, site) == []


def go(page: Page, site: Installation, name: str, *where: Any) -> None:
    """Open a page."""
    page.open(site.origin + reverse(name, args=where))


def follow(page: Page, selector: str, text: str = "") -> None:
    """Click on what leads to another page."""
    with page.loading():
        page.click(selector, text)


def shown(page: Page, selector: str = "body") -> str:
    """Return what a part of the page says."""
    return str(page.do(f"document.querySelector('{selector}').innerText"))


def values(page: Page, selector: str, what: str) -> list[str]:
    """Return something of each of the elements that a selector finds."""
    return list(page.do(f"[...document.querySelectorAll('{selector}')].map((one) => one.{what})"))


def open_person(page: Page, site: Installation, name: str) -> None:
    """Open the page of somebody, from the list of people."""
    go(page, site, "console:people")
    follow(page, "a[data-row]", name)


def edit_name(page: Page, name: str, reason: str) -> None:
    """Edit what the person is called whose page is shown."""
    follow(page, "[data-edit]")
    page.fill("#id_preferred_name", name)
    page.fill("#id_reason", reason)
    follow(page, "form button", "Save")


def test_an_edited_person_is_in_the_log_with_both_values_and_the_reason(site, desk):
    open_person(desk, site, "Ann")
    edit_name(desk, "Annie", "She asked for it.")
    edit_name(desk, "Nan", "She changed her mind.")
    assert "Changed: Preferred name." in shown(desk)
    follow(desk, ".tabs a", "Log")
    (latest, *_) = (one for one in values(desk, ".console .item", "innerText") if "→" in one)
    assert "Preferred name: Annie → Nan" in latest
    assert "She changed her mind." in latest


def search(page: Page, words: str) -> None:
    """Type what memories are looked for."""
    page.fill("[data-search]", words)
    with page.loading():
        page.press("Enter")


def choose(page: Page, ids: list[str], does: str) -> None:
    """Choose memories in the list, and what is done with them."""
    for one in ids:
        page.click(f'[name=chosen][value="{one}"]')
    assert shown(page, "[data-chosen]") == f"{len(ids)} chosen"
    follow(page, ".bulk button", does)


def test_found_memories_are_forgotten_after_a_look_and_brought_back(site, desk):
    go(desk, site, "console:memories")
    words = values(desk, ".hit a.text", "innerText")[0]
    search(desk, words)
    assert words in values(desk, ".hit a.text", "innerText")
    texts = values(desk, ".hit a.text", "innerText")[:2]
    ids = values(desk, ".hit [name=chosen]", "value")[:2]
    choose(desk, ids, "Forget")
    assert shown(desk, ".card h1") == "Forget 2 memories"
    assert all(text in shown(desk) for text in texts)

    desk.fill("#id_reason", "They asked for it.")
    follow(desk, "#bulk button", "Forget")
    assert desk.path == reverse("console:forgotten")
    assert all(text in shown(desk) for text in texts)
    go(desk, site, "console:memories")
    search(desk, words)
    assert not set(ids) & set(values(desk, ".hit [name=chosen]", "value"))

    go(desk, site, "console:forgotten")
    desk.fill("[name=reason]", "They changed their mind.")
    follow(desk, "button", "Bring back")
    assert "Brought back: 2." in shown(desk)
    go(desk, site, "console:memories")
    search(desk, words)
    assert set(ids) <= set(values(desk, ".hit [name=chosen]", "value"))


def narrow_to_direct_messages(page: Page, site: Installation) -> None:
    """Open the list of memories that were said in direct messages."""
    go(page, site, "console:memories")
    page.click("summary", "Said in")
    page.do("document.querySelector('#id_place').value = 'direct'")
    follow(page, ".menu button", "Apply")


# Two that were said by the same person, and are of one kind.
ALIKE = """
(() => {
    const alike = {};
    for (const hit of document.querySelectorAll('.hit')) {
        const key = hit.querySelector('.meta a').href + hit.querySelector('.chip.plain').innerText;
        (alike[key] ??= []).push(hit.querySelector('[name=chosen]').value);
    }
    return Object.values(alike).find((ids) => ids.length > 1).slice(0, 2);
})()
"""


def test_of_two_memories_that_are_merged_the_chosen_one_stays(site, desk):
    narrow_to_direct_messages(desk, site)
    choose(desk, desk.do(ALIKE), "Merge")
    stays, goes = values(desk, "[name=keep]", "value")[::-1]
    desk.click(f'label:has([value="{stays}"])')
    desk.fill("#id_reason", "Both say the same.")
    follow(desk, "#bulk button", "Merge")
    assert "Merge: one kept, 1 forgotten." in shown(desk)
    go(desk, site, "console:memory", stays)
    assert "Both say the same." in shown(desk)
    narrow_to_direct_messages(desk, site)
    left = values(desk, ".hit [name=chosen]", "value")
    assert (stays in left, goes in left) == (True, False)


FETCHED = """
fetch(document.querySelector('%s').href).then((answer) => answer.arrayBuffer())
    .then((bytes) => new TextDecoder('latin1').decode(bytes))
"""


def fetched(page: Page, link: str) -> str:
    """Wait for the link to a file, and return what is in it, each byte as a letter."""
    wait_until(lambda: page.do(f"document.querySelector('{link}') !== null"), seconds=SECONDS)
    return str(page.do(FETCHED % link))


def test_a_person_is_exported_and_then_erased_with_a_certificate(site, desk):
    open_person(desk, site, "Ben")
    follow(desk, ".tabs a", "Data")
    person_id = shown(desk, ".head .id")
    desk.fill("#id_export-reason", "They asked for their data.")
    follow(desk, "form button", "Export")
    assert fetched(desk, 'a[href$="/file/"]').startswith("PK")

    go(desk, site, "console:person_tab", person_id, "data")
    desk.fill("#id_erase-typed_id", person_id)
    desk.fill("#id_erase-reason", "They asked to be erased.")
    follow(desk, "form button", "Erase permanently")
    assert person_id in fetched(desk, 'a[href$="/certificate.txt"]')
    assert "Everything was erased" in shown(desk)
    go(desk, site, "console:people")
    assert "Ben" not in values(desk, "a[data-row]", "innerText")


def test_a_persona_is_made_and_used_everywhere(site, desk):
    go(desk, site, "console:personas")
    follow(desk, "a", "New persona")
    desk.fill("#id_name", "Pirate")
    desk.fill("#id_text", "You are a friendly pirate.")
    desk.fill("#id_reason", "For the summer party.")
    follow(desk, "form button", "Create it")
    assert "You are a friendly pirate." in shown(desk)
    go(desk, site, "console:personas")
    desk.do("id_persona.value = [...id_persona.options].find((one) => one.text === 'Pirate').value")
    desk.fill("#id_reason", "The party begins.")
    follow(desk, "form button", "Use it there")
    (card,) = (one for one in values(desk, ".card", "innerText") if one.startswith("Pirate"))
    assert "everywhere" in card.lower()


def test_two_replies_are_tried_side_by_side(site, desk):
    go(desk, site, "console:playground")
    desk.fill("#id_who", "Cleo")
    desk.fill("#id_text", "What do you know about me?")
    follow(desk, "form button", "Try both")
    assert values(desk, ".sides [aria-label]", "ariaLabel")[:2] == [
        "As it is now",
        "As you changed it",
    ]
    replies = values(desk, ".sides .reply", "innerText")
    assert len(replies) == 2
    assert all(replies)


EVENTS = "document.querySelectorAll('[data-events] .event:not([hidden])').length"
IS_CONNECTED = "document.querySelector('[data-state]').innerText.startsWith('Connected')"
ARE_WAITING = "!document.querySelector('[data-waiting]').hidden"


def test_live_holds_events_back_while_it_is_paused_and_filters_them(site, desk):
    go(desk, site, "console:live")
    wait_until(lambda: desk.do(IS_CONNECTED), seconds=SECONDS)
    desk.press("p")
    before = desk.do(EVENTS)
    desk.do(SAY_SOMETHING)
    wait_until(lambda: desk.do(ARE_WAITING), seconds=SECONDS)
    assert desk.do(EVENTS) == before
    desk.press("p")
    wait_until(lambda: "Message" in shown(desk, "[data-events]"), seconds=SECONDS)
    desk.click("[data-kind=message]")
    assert "Message" not in shown(desk, "[data-events]")


def test_what_was_typed_comes_back_after_the_session_ended(site, desk):
    open_person(desk, site, "Cleo")
    follow(desk, "[data-edit]")
    desk.fill("#id_preferred_name", "Cleopatra")
    desk.fill("#id_reason", "She asked for it.")
    desk.call("Network.deleteCookies", name=settings.SESSION_COOKIE_NAME, url=site.origin)
    follow(desk, "form button", "Save")
    assert desk.path == reverse("admin:login")
    desk.fill("[name=username]", OWNER)
    desk.fill("[name=password]", PASSWORD)
    with desk.loading():
        desk.press("Enter")
    desk.fill("[name=reading_reason]", "To edit her.")
    with desk.loading():
        desk.press("Enter")
    assert "Your session had ended" in shown(desk)
    assert desk.do("id_preferred_name.value") == "Cleopatra"
    follow(desk, "form button", "Save")
    assert "Changed: Preferred name." in shown(desk)
    assert "Cleopatra" in shown(desk, ".card h1")
    give_reason_for_reading(desk, site)


# What the tabulator key leads to, in the order of the page: one of the choices that exclude each
# other, and nothing that is out of sight.
STOPS = """
var stops = [...document.querySelectorAll(
        'a[href], button, input, select, textarea, summary, [tabindex]')]
    .filter((one) => one.tabIndex >= 0 && !one.disabled && one.type !== 'hidden')
    .filter((one) => one.checkVisibility({visibilityProperty: true}) && !one.closest('[inert]'))
    .filter((one) => one.type !== 'radio' || one.checked);
stops.length
"""
# Which of them has the focus, and whether one sees it: an outline around it or its label.
STOP = """
(() => {
    const one = document.activeElement;
    const seen = [one, ...(one.labels || []), one.nextElementSibling, one.parentElement]
        .filter((part) => part).map((part) => getComputedStyle(part));
    const marked = seen.some((style) => style.outlineStyle !== 'none'
        && parseFloat(style.outlineWidth) > 0 && !style.outlineColor.endsWith(', 0)'));
    return [stops.indexOf(one), marked, one.outerHTML.slice(0, 120)];
})()
"""
# A part of the page that scrolls gets the focus as well, for the arrow keys.
MOST_OTHERS = 20


@pytest.mark.parametrize("name", ["console:edit_person", "console:live", "console:memories"])
def test_the_tabulator_key_leads_through_a_page_in_order_and_in_sight(site, desk, name):
    if name == "console:edit_person":
        open_person(desk, site, "Dario")
        follow(desk, "[data-edit]")
    else:
        go(desk, site, name)
    count = desk.do(STOPS)
    assert count > 20
    walked, unseen = [], []
    for _ in range(count + MOST_OTHERS):
        desk.press("Tab")
        number, marked, html = desk.do(STOP)
        if number in walked:
            break
        if number >= 0:
            walked.append(number)
            unseen += [] if marked else [html]
    assert walked == list(range(count))
    assert unseen == []


PALETTE_IS_OPEN = "document.querySelector('#palette').open"
FOCUSED = "document.activeElement.matches('%s')"


def test_the_focus_returns_from_the_palette(site, desk):
    go(desk, site, "console:live")
    desk.click("[data-clear]")
    desk.press("Control+k")
    assert desk.do(PALETTE_IS_OPEN)
    assert desk.do(FOCUSED % "#palette-words")
    desk.press("Escape")
    assert not desk.do(PALETTE_IS_OPEN)
    assert desk.do(FOCUSED % "[data-clear]")


OFFER = "offerRecalled([...replies.keys()].at(-1), 1); document.querySelector('.recall').focus()"
IS_THERE = "replies.size > 0"


def test_the_focus_returns_from_the_drawer_of_what_was_recalled(site, desk):
    go(desk, site, "chat")
    desk.fill("#text", "Hello there")
    desk.press("Enter")
    wait_until(lambda: desk.do(IS_THERE), seconds=SECONDS)
    desk.do(OFFER)
    desk.press("Enter")
    wait_until(lambda: desk.do(FOCUSED % "#drawer [data-close]"), seconds=SECONDS)
    desk.press("Escape")
    assert desk.do("document.querySelector('#drawer').hidden")
    assert desk.do(FOCUSED % ".recall")
