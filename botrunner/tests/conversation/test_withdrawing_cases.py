"""Messages, edits and deletions in any order, with workers and outages between them.

Each case is a short story of one person, made from a seed. Every word that was taken back is made
up and unique, so that a look through all tables, SQLite's files, the index and the person's export
at the end tells whether any of them is left.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.utils import timezone

from botrunner import history
from botrunner.conversation import withdrawing
from botrunner.conversation.base import Incoming
from botrunner.conversation.respond import respond
from botrunner.tests.byte_search import in_database_files, in_export, in_index
from botrunner.tests.fakes import FakeModel, FakeSurface, said
from memories.models import Memory
from whisper import outbox
from whisper.database.access import in_database
from whisper.database.errors import DatabaseAwayError

pytestmark = pytest.mark.django_db(transaction=True)

TEMPLATES = {
    "name": "My cat is called {}.",
    "home": "I live in {}.",
    "mood": "I am terribly sad about {} and I cry.",
    "line": "Yesterday I met {} at the lake and we talked for hours.",
    "called": "Please call me {}.",
}
VECTORS = (bytes, memoryview)
SYLLABLES = [a + b for a in "bdfgklmnprtvz" for b in ("a", "e", "i", "o", "u")]


@dataclass(slots=True)
class Line:
    """One message of a story, as it is now."""

    incoming: Incoming
    kind: str
    word: str
    deleted: bool = False


@dataclass(slots=True)
class Story:
    """One person's messages, and the words that they took back."""

    person_id: int
    dice: random.Random
    lines: list[Line] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    _count: int = 0

    def word(self) -> str:
        """Return a made-up name that nobody used before."""
        self._count += 1
        number, syllables = self.person_id * 100 + self._count, []
        for _ in range(8):
            number, rest = divmod(number, len(SYLLABLES))
            syllables.append(SYLLABLES[rest])
        return "X" + "".join(syllables)

    async def tell(self) -> None:
        kind, word = self.dice.choice(list(TEMPLATES)), self.word()
        incoming = said(
            TEMPLATES[kind].format(word),
            person_id=self.person_id,
            channel_id=self.person_id,
            person_name="Ann",
            sent_at=timezone.now() + timedelta(seconds=self._count),
        )
        self.lines.append(Line(incoming, kind, word))
        quoted = self.dice.choice([line.word for line in self.lines if not line.deleted])
        await respond(incoming, FakeSurface(), model=FakeModel(f"So you say {quoted}, friend."))

    async def edit(self) -> None:
        line = self._any()
        if line is None:
            return
        self.gone.add(line.word)
        line.word = self.word()
        text = TEMPLATES[line.kind].format(line.word)
        line.incoming = replace(line.incoming, text=text)
        one = line.incoming
        await withdrawing.follow_edit(
            one.platform, one.channel_id, one.platform_id, text=text, edited_at=timezone.now()
        )

    async def delete(self) -> None:
        line = self._any()
        if line is None:
            return
        self.gone.add(line.word)
        line.deleted = True
        one = line.incoming
        await withdrawing.follow_deletion(
            one.platform, one.channel_id, one.platform_id, deleted_at=timezone.now()
        )

    async def work(self) -> None:
        await outbox.drain()

    async def go_on(self) -> None:
        """Take one step of the story."""
        step = self.dice.choice([self.tell, self.tell, self.edit, self.delete, self.work])
        await step()

    @property
    def standing(self) -> list[str]:
        """Return the words that were not taken back."""
        return [line.word for line in self.lines if not line.deleted]

    def latest(self, kind: str) -> list[str]:
        """Return the word of the latest line of a kind that still stands, if there is one."""
        return [line.word for line in self.lines if line.kind == kind and not line.deleted][-1:]

    def _any(self) -> Line | None:
        left = [line for line in self.lines if not line.deleted]
        return self.dice.choice(left) if left else None


class Outages:
    """Lets the database be away for some calls; what failed is done again, as the intake does."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice

    async def __call__(self, work, *args, **kwargs):
        while self._dice.random() < 0.2:
            try:
                raise DatabaseAwayError("the database is away")
            except DatabaseAwayError:
                continue
        result = await in_database(work, *args, **kwargs)
        if self._dice.random() < 0.2:
            # It was done, but nobody heard of it: the event comes again.
            result = await in_database(work, *args, **kwargs)
        return result


def everything() -> str:
    rows = [
        json.dumps(
            {
                name: value
                for name, value in row.items()
                if not isinstance(value, bytes | memoryview)
            },
            cls=DjangoJSONEncoder,
        )
        for model in apps.get_models(include_auto_created=True)
        for row in model._default_manager.values()
    ]
    return "\n".join(rows).lower()


def current(person_id: int, predicate: str) -> list[str]:
    rows = Memory.objects.filter(
        person_id=person_id, predicate=predicate, valid_to=None, kind=Memory.Kind.USER_FACT
    )
    return [row.value for row in rows.exclude(entity="self", predicate="name")]


async def run(cases: int, seed: int, monkeypatch) -> None:
    history.reset()
    stories = []
    for number in range(cases):
        dice = random.Random(f"{seed}-{number}")
        monkeypatch.setattr(withdrawing, "in_database", Outages(dice))
        story = Story(10_000 + number, dice)
        stories.append(story)
        await story.tell()
        for _ in range(dice.randint(2, 7)):
            await story.go_on()
    while await outbox.drain():
        pass
    held = await in_database(everything)
    for story in stories:
        case = f"seed {seed}, person {story.person_id}: {story.lines}"
        left = [row for row in held.splitlines() if any(one.lower() in row for one in story.gone)]
        assert left == [], case
        for word in story.standing:
            assert word.lower() in held, case
        assert await in_export(story.gone, story.person_id) == [], case
        assert await in_index(story.gone, story.person_id) == [], case
        # Each look finds what stands.
        assert bool(await in_export(story.standing, story.person_id)) == bool(story.standing), case
        assert bool(await in_index(story.standing, story.person_id)) == bool(story.standing), case
        for kind, predicate in (("name", "name"), ("home", "home")):
            known = await in_database(current, story.person_id, predicate)
            assert known == story.latest(kind), case
    await in_database(check_files, stories)


def check_files(stories: list[Story]) -> None:
    assert in_database_files({word for story in stories for word in story.gone}) == []
    if connection.vendor == "sqlite":
        standing = {word for story in stories for word in story.standing}
        assert set(in_database_files(standing)) == standing


@pytest.mark.heavy
async def test_whatever_is_taken_back_in_any_order_is_gone(monkeypatch):
    await run(4, seed=1, monkeypatch=monkeypatch)


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 42))
async def test_a_thousand_stories_leave_nothing_that_was_taken_back(monkeypatch, seed):
    await run(25, seed=seed, monkeypatch=monkeypatch)
