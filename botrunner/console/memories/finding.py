"""What the search of memories shows: hits with names and places, and what became of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from asgiref.sync import async_to_sync

from memories.models import Memory, Message
from memories.queries import names_of_places, place_in_words
from memories.search import Console, Page, SearchQuery, search
from memories.search.scopes import may_find
from memories.search.showing import pieces
from profiles.queries import names_of_people
from whisper.accounts.reading import Reading

SIZE = 25
LENGTH = 500
SIMILAR = 6
AROUND = 4


@dataclass(frozen=True, slots=True)
class Found:
    """A memory that was found.

    Args:
        pieces: its text, and of each piece whether it was looked for.
        name: whose it is; empty for a shared one.
        where: where it was said, in words.
        replaced_by: what the fact says that took its place, if the admin may read that.
        score: 0 without words.
    """

    memory: Memory
    pieces: Sequence[tuple[str, bool]]
    name: str
    where: str
    server: str
    score: float
    replaced_by: str


@dataclass(frozen=True, slots=True)
class Findings:
    """A page of what was found."""

    page: Page
    rows: Sequence[Found]

    @property
    def people(self) -> Mapping[int | None, int]:
        """Return of each person how many memories are shown."""
        return Counter(row.memory.person_id for row in self.rows)


def find(
    query: SearchQuery, scope: Console, cursor: str | None = None, *, size: int = SIZE
) -> Findings:
    """Return a page of memories that fit a query.

    Raises:
        InvalidSearchError: it can't be searched.
    """
    page = async_to_sync(search)(query, scope, size=size, cursor=cursor)
    shown = {hit.entry.id: (pieces(hit, LENGTH), hit.score) for hit in page.hits}
    return Findings(page, _found(shown, scope))


Shown = Mapping[UUID, tuple[Sequence[tuple[str, bool]], float]]


def _found(shown: Shown, scope: Console, first: Memory | None = None) -> list[Found]:
    """Return what is shown of memories; `first` is one that is at hand, and comes before them."""
    rows = Memory.objects.filter(pk__in=shown).defer("embedding").select_related("superseded_by")
    held = {row.pk: row for row in rows}
    if first is not None:
        held[first.pk], shown = first, {first.pk: ((), 0.0), **shown}
    names = names_of_places(one for row in held.values() for one in (row.channel_id, row.guild_id))
    people = names_of_people(row.person_id for row in held.values())
    return [
        Found(
            memory=held[pk],
            pieces=text,
            name=people.get(held[pk].person_id or 0, ""),
            where=place_in_words(held[pk].place, held[pk].channel_id, names),
            server=names.get(held[pk].guild_id or 0, ""),
            score=score,
            replaced_by=_replaced_by(held[pk], scope),
        )
        for pk, (text, score) in shown.items()
        if pk in held
    ]


def _replaced_by(memory: Memory, scope: Console) -> str:
    newer = memory.superseded_by
    return newer.text if newer is not None and may_find(newer, scope) else ""


def with_similar(memory: Memory, scope: Console) -> tuple[Found, list[Found]]:
    """Return a memory, and those of the same person that are like it, the most alike first.

    Args:
        scope: of that person, for whom of the console it is shown.
    """
    query = SearchQuery(memory.text[:200])
    page = async_to_sync(search)(query, scope, size=SIMILAR + 1)
    shown = {
        hit.entry.id: (pieces(hit, LENGTH), hit.score)
        for hit in page.hits
        if hit.entry.id != memory.pk and hit.entry.person_id == memory.person_id
    }
    itself, *others = _found(shown, scope, first=memory)
    return itself, others[:SIMILAR]


def context_of(memory: Memory, reading: Reading) -> tuple[Message | None, list[Message]]:
    """Return the message that a memory was made from, and what was said around it.

    Args:
        reading: what the admin may read; other messages are left out.
    """
    sources = reading.only(memory.sources.filter(deleted_at=None))
    source: Message | None = sources.order_by("sent_at").first()
    if source is None:
        return None, []
    said = Message.objects.filter(channel_id=source.channel_id, deleted_at=None).exclude(text="")
    said = reading.only(said)
    before = said.filter(sent_at__lt=source.sent_at).order_by("-sent_at")[:AROUND]
    after = said.filter(sent_at__gt=source.sent_at).order_by("sent_at")[:AROUND]
    return source, [*reversed(before), source, *after]
