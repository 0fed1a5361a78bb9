"""What the palette finds: pages, people and memories, as far as the account may see them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from botrunner.console.memories.finding import Found as Memory
from botrunner.console.memories.finding import find
from botrunner.console.people.listing import called_like
from memories.actions import note_search
from memories.search import Console, InvalidSearchError, Mode, SearchQuery
from whisper.console.navigation import pages_for
from whisper.console.reading import may_read, note_reading, reason_for

PAGES, PEOPLE, MEMORIES = 6, 6, 5
# With fewer letters every page and half of all people would be found.
LEAST_LETTERS = 2
LONGEST = 100


@dataclass(frozen=True, slots=True)
class Found:
    """Something that was found.

    Args:
        icon: name of a Material symbol.
        title: what it is; it may be what somebody said.
        detail: a few words more.
    """

    icon: str
    title: str
    detail: str
    link: str


def found(request: HttpRequest, words: str) -> list[Found]:
    """Return what fits the words: pages first, then people, then memories."""
    words = words.replace("\x00", "").strip()[:LONGEST]
    if len(words) < LEAST_LETTERS:
        return []
    return [*_pages(request, words), *_people(request, words), *_memories(request, words)]


def may_search(request: HttpRequest) -> bool:
    """Return whether an account may search memories at all."""
    return may_read(request) and request.user.has_perm("memories.view_memory")


def _pages(request: HttpRequest, words: str) -> list[Found]:
    fitting = [
        Found(page.icon, page.title, group or "Page", reverse(page.full_name))
        for group, page in pages_for(request)
        if words.casefold() in page.title.casefold()
    ]
    return fitting[:PAGES]


def _people(request: HttpRequest, words: str) -> Iterator[Found]:
    if not request.user.has_perm("profiles.view_profile"):
        return
    for person in called_like(words, PEOPLE):
        link = reverse("console:person", args=[person.person_id])
        yield Found("person", str(person), f"Person {person.person_id}", link)


def _memories(request: HttpRequest, words: str) -> Sequence[Found]:
    """Return memories with the words to whoever has said why they read what is private."""
    if not may_search(request) or not reason_for(request, None):
        return []
    account_id = request.user.pk or 0
    try:
        held = find(SearchQuery(words, Mode.WORDS), Console.of(request.user), size=MEMORIES)
    except InvalidSearchError:
        return []
    note_search(account_id, None, by=["text"])
    note_reading(request, held.people, what="search")
    return [_memory(row) for row in held.rows]


def _memory(row: Memory) -> Found:
    text = "".join(part for part, _ in row.pieces)
    link = reverse("console:memory", args=[row.memory.pk])
    return Found("neurology", text, f"{row.name or 'Shared'}, {row.where}", link)
