"""Names from right to left stand apart from the text around them, on each page."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from django.urls import reverse

from botrunner.tests.console.test_limits import ABOUT, PAGES
from memories.actions import NamedPlace, name_places, put_aside
from memories.models import Memory, Message, PlaceName
from profiles.actions import rename
from whisper.action_log import command
from whisper.models import Task

pytestmark = pytest.mark.heavy

NAME = "נורית"
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
# A browser shows what is in these by itself.
ALONE = {"title", "option", "script", "style", "textarea", "bdi"}
# Pages that show neither people nor places as they are opened.
NAMELESS = {"health", "live", "new_persona", "playground", "rights", "settings"}


class Bare(HTMLParser):
    """Finds where a name stands in text that isn't isolated from what is around it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.seen = 0
        self._open: list[tuple[str, bool]] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self._open.append((tag, tag in ALONE or dict(attrs).get("dir") == "auto"))

    def handle_endtag(self, tag):
        while any(tag == one for one, _ in self._open) and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if NAME in data:
            self.seen += 1
            if not any(isolated for _, isolated in self._open):
                self.found.append(f"<{self._open[-1][0]}>{data.strip()}")


@pytest.fixture
def nurit(dario):
    """Return somebody with such a name, whose servers and channels have one as well."""
    name_places([NamedPlace(one.place_id, NAME, one.guild_id) for one in PlaceName.objects.all()])
    rename(dario.person_id, preferred_name=NAME, actor=command(), reason="It is their name.")
    Message.objects.filter(person_id=dario.person_id, from_companion=False).update(author_name=NAME)
    oldest = Memory.objects.filter(person_id=dario.person_id).earliest("said_at")
    put_aside([oldest.pk], actor=command(), reason="They asked.")
    Task.objects.create(kind=Task.ERASE, person_id=dario.person_id, asked_by=1, reason="x")
    dario.refresh_from_db()
    return dario


@pytest.mark.parametrize("name", PAGES)
def test_names_are_isolated_on_each_page(admin, nurit, name):
    page = Bare(admin.get(reverse(name)).content.decode())
    assert page.found == []
    assert page.seen or name.removeprefix("console:") in NAMELESS


@pytest.mark.parametrize("name", ABOUT)
def test_names_are_isolated_on_each_page_of_a_single_thing(admin, nurit, name):
    page = Bare(admin.get(ABOUT[name](nurit)).content.decode())
    assert page.found == []
    assert page.seen or name in ("task", "persona")
