"""Random schedules of what people do and what fails, and what has to hold when all is back.

A schedule follows from its seed: people write, edit, delete and ask to be forgotten while one
dependency is away, killed or slow. Afterwards nothing that was said may be lost, answered twice or
out of order, and nothing that was taken back may be held.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import psycopg
import redis

from botrunner.tests.discord_bot.databases import BREATH
from botrunner.tests.discord_bot.echoing import judge, marks_of
from botrunner.tests.discord_bot.faults import APOLOGIES, CHOSEN_ALONE, faults
from botrunner.tests.discord_bot.world import PATIENCE, SENTENCES, World

PEOPLE = 3
STEPS = 9
# What fails where only the time without a fault is looked at.
NOTHING = "nothing"
# What each person of a row of the matrix does during its outage.
ACTIONS = ("say", "edit", "delete", "forget", "ask for parts")
# Of people's pauses and of faults, in seconds.
PAUSES = (0.0, 0.05, 0.3, 0.9)
FAULTS = (0.5, 2.0, 6.0)
# The recovery looks every minute for what was left; this waits for three of its looks.
LOOKS = 180
OPEN = "SELECT count(*) FROM memories_message WHERE answer IN ('pending', 'making', 'sending')"
# What is put off on purpose is due later.
OUTBOX = (
    "SELECT count(*) FROM whisper_outboxentry"
    " WHERE failed_at IS NULL AND due_at <= CURRENT_TIMESTAMP"
)
REMEMBERED = "SELECT text FROM memories_memory"
ANSWERED = "SELECT platform_id FROM memories_message WHERE answer = 'answered'"
SORRY = "I'm sorry, I can't find the words"
PART = re.compile(r"\bpart(\d+)of(\d+)\b")


@dataclass(slots=True)
class Words:
    """A message of a schedule.

    Args:
        mark: what the reply repeats.
        word: what it says now; a word that stands nowhere else. It has to be held.
        parts: whether a reply in several pieces was asked for.
        taken_back: it was deleted, or its person asked to be forgotten.
    """

    person: str
    channel: str
    message: str
    mark: str
    word: str
    parts: bool = False
    taken_back: bool = False


class Schedule:
    """What people do and what fails, from a seed."""

    _marks = 0

    def __init__(self, world: World, seed: int, *, fault: str = "", seconds: float = 0) -> None:
        self._world, self._seed = world, seed
        self._random = random.Random(seed)
        known = faults(world)
        self.fault = fault or self._random.choice(sorted(set(known) - CHOSEN_ALONE))
        self._break = {NOTHING: asyncio.sleep, **known}[self.fault]
        self._seconds = seconds or self._random.choice(FAULTS)
        self._ours = re.compile(rf"zqq{seed}x\d+")
        self._said: list[Words] = []
        self._gone: list[str] = []
        self._unkept: set[str] = set()
        self._mended = 0.0
        # Seconds from the end of the fault until people had all replies, and until nothing was
        # open any more.
        self.replied = self.recovery = 0.0

    @property
    def messages(self) -> int:
        """Return how many messages were said."""
        return len(self._said)

    def __str__(self) -> str:
        """Return what it takes to run it again."""
        return f"seed {self._seed}: {self.fault} for {self._seconds:g} s"

    async def run(self) -> list[str]:
        """Run it, and return what does not hold afterwards."""
        places = await self._begin(PEOPLE)
        people = list(places)
        begins = self._random.randrange(STEPS // 2)
        breaking: asyncio.Task[None] | None = None
        for step in range(STEPS):
            if step == begins:
                breaking = asyncio.create_task(self._break_and_mend())
            await self._step(self._random.choice(people), places)
            await asyncio.sleep(self._random.choice(PAUSES))
        if breaking is not None:
            await breaking
        return await self._verdict(places)

    async def _break_and_mend(self) -> None:
        await self._break(self._seconds)
        self._mended = asyncio.get_running_loop().time()

    async def _begin(self, count: int) -> dict[str, list[str]]:
        """Let people write for the first time; return where each of them can talk."""
        control = self._world.discord.control
        people = [control.make_user(f"Person {self._seed}-{n}") for n in range(count)]
        guild = control.make_guild(f"Home {self._seed}", people)
        channel = control.make_channel(guild, "general")
        places = {person: [control.open_dm(person), channel] for person in people}
        for person in people:
            # A bot can't find direct messages with somebody it has never talked with.
            self._say(person, places[person][0], parts=False)
            await control.wait_messages(places[person][0], 1, timeout=PATIENCE)
        return places

    async def _step(self, person: str, places: Mapping[str, list[str]]) -> None:
        mine = [one for one in self._said if one.person == person and not one.taken_back]
        what = self._random.choices(
            ("say", "say twice", "ask for parts", "edit", "delete", "forget"), (6, 3, 1, 3, 3, 1)
        )[0]
        if what == "forget":
            await self._forget(person, places[person][0])
        elif what in {"edit", "delete"} and mine:
            self._withdraw(what, self._random.choice(mine))
        else:
            place = self._random.choice(places[person])
            for _ in range(2 if what == "say twice" else 1):
                self._say(person, place, parts=what == "ask for parts")

    def _withdraw(self, what: str, one: Words) -> None:
        """Edit or delete a message."""
        self._gone.append(one.word)
        if what == "edit":
            one.word = self._word()
            self._world.discord.control.edit(one.message, self._edited(one))
        else:
            one.taken_back = True
            self._world.discord.control.delete(one.message)

    def _say(self, person: str, channel: str, *, parts: bool) -> Words:
        Schedule._marks += 1
        one = Words(person, channel, "", f"m{Schedule._marks}", self._word(), parts)
        control = self._world.discord.control
        if channel == control.open_dm(person):
            one.message = control.dm(person, self._text(one))
        else:
            one.message = control.send(channel, person, self._text(one), mention_bot=True)
        self._said.append(one)
        return one

    def _word(self) -> str:
        # Two letters and digits may pass for the number of an account, which is left out of what is
        # kept.
        return f"zqq{self._seed}x{self._random.randrange(10**9)}"

    def _text(self, one: Words) -> str:
        wish = ", tell me all of it" if one.parts else ""
        return f"{one.mark} I keep my {one.word} in the garden{wish}"

    def _edited(self, one: Words) -> str:
        """Return a message's new text; in a channel it still mentions the bot."""
        control = self._world.discord.control
        direct = one.channel == control.open_dm(one.person)
        return self._text(one) if direct else f"<@{control.info()['bot_id']}> {self._text(one)}"

    async def _forget(self, person: str, channel: str) -> None:
        """Ask to be forgotten; what was said before is taken back once that is confirmed."""
        control = self._world.discord.control
        before = [one for one in self._said if one.person == person]
        # While something is away the command may fail; people see that.
        with contextlib.suppress(TimeoutError, ValueError, KeyError, TypeError):
            asked = await control.wait_interaction(control.slash(channel, person, "forgetme"))
            call = control.click(asked["original"]["id"], person, label="Erase everything")
            # What they say later is kept once they agree again.
            self._unkept.add(person)
            for one in before:
                # It may be done although nothing confirms it.
                one.taken_back = True
            done = await control.wait_interaction(call)
            if "Erased: " in str(done):
                self._gone += [one.word for one in before]

    async def _verdict(self, places: Mapping[str, list[str]]) -> list[str]:
        """Wait until all is answered and taken back, and return what does not hold."""
        wrong = await self._look(places)
        now = asyncio.get_running_loop().time
        for _ in range(LOOKS):
            before = wrong
            passed = max(0.0, now() - self._mended)
            if not self.replied and not await self._unanswered(places):
                self.replied = passed
            if not self.recovery and not wrong:
                self.recovery = passed
            # What comes twice comes after the first look; work that was put off may be due then.
            await asyncio.sleep(1.0)
            wrong = await self._look(places)
            if not before and not wrong:
                break
        return wrong

    async def _look(self, places: Mapping[str, list[str]]) -> list[str]:
        return await asyncio.to_thread(_where_stores_answer, self._faults, places)

    async def _unanswered(self, places: Mapping[str, list[str]]) -> list[str]:
        return await asyncio.to_thread(_where_stores_answer, self._of_replies, places)

    def _of_replies(self, places: Mapping[str, list[str]]) -> list[str]:
        looks = (Schedule.lost_or_doubled, Schedule.parts, Schedule.replies_to_others)
        return [*(fault for look in looks for fault in look(self, places)), *self.open_replies()]

    def _faults(self, places: Mapping[str, list[str]]) -> list[str]:
        return [fault for look in MUST_HOLD.values() for fault in look(self, places)]

    def open_replies(self) -> Iterator[str]:
        """Yield how many replies are open."""
        if waiting := self._world.database.execute(OPEN)[0][0]:
            yield f"{waiting} replies are open"

    def open_work(self) -> Iterator[str]:
        """Yield how much follow-up work is due."""
        if waiting := self._world.database.execute(OUTBOX)[0][0]:
            yield f"{waiting} outbox entries wait"

    def still_held(self) -> Iterator[str]:
        """Yield what was erased and is held somewhere."""
        held = self._held()
        yield from (f"{word} is still held in {held[word]}" for word in self._gone if word in held)

    def not_held(self) -> Iterator[str]:
        """Yield what was said and isn't held."""
        held = self._held()
        for one in self._said:
            if not one.taken_back and one.person not in self._unkept and one.word not in held:
                yield f"{one.mark} is not held as it reads now"

    def not_in_index(self) -> Iterator[str]:
        """Yield what the database remembers and the index lacks."""
        found, remembered = self._in_index()
        yield from (f"{word} is not in the index" for word in remembered - found)

    def still_in_index(self) -> Iterator[str]:
        """Yield what only the index still has."""
        found, remembered = self._in_index()
        yield from (f"{word} is still in the index" for word in found - remembered)

    def _in_index(self) -> tuple[set[str], set[str]]:
        """Return the words that the index of memories has, and those of its table."""
        if self._world.services is None:
            return set(), set()
        found = set(self._ours.findall(self._world.services.texts()))
        remembered = set(self._ours.findall(str(self._world.database.execute(REMEMBERED))))
        return found, remembered

    def replies_to_others(self, places: Mapping[str, list[str]]) -> Iterator[str]:
        """Yield what came to somebody and repeats another person's words."""
        for person, channels in places.items():
            said = {o.mark for o in self._said if (o.person, o.channel) == (person, channels[0])}
            seen = set(marks_of(" ".join(self._replies(channels[0]))))
            yield from (f"{mark} of another came to {person}" for mark in seen - said)

    def lost_or_doubled(self, places: Mapping[str, list[str]]) -> Iterator[str]:
        """Yield which messages got no reply, several, or replies out of order."""
        for person, channels in places.items():
            for channel in channels:
                mine = [o for o in self._said if (o.person, o.channel) == (person, channel)]
                replies = self._replies(channel)
                verdict = judge([one.mark for one in mine], replies)
                back = {one.mark for one in mine if one.taken_back}
                # What was taken back gets a reply, or none.
                excused = back | self._apologised(mine, replies)
                if lost := [mark for mark in verdict.lost if mark not in excused]:
                    yield f"no reply to {lost}"
                if verdict.doubled:
                    yield f"several replies to {verdict.doubled}"
                if verdict.misplaced:
                    yield f"out of order: {verdict.misplaced}"

    def _apologised(self, said: list[Words], replies: list[str]) -> set[str]:
        """Return the marks of what got an apology because the model failed."""
        if self.fault not in APOLOGIES or not any(SORRY in reply for reply in replies):
            return set()
        answered = {str(found) for (found,) in self._world.database.execute(ANSWERED)}
        return {one.mark for one in said if one.message in answered}

    def parts(self, places: Mapping[str, list[str]]) -> Iterator[str]:
        """Yield which parts of long replies are missing or came twice."""
        for channel in {one for channels in places.values() for one in channels}:
            said = Counter(PART.findall(" ".join(self._replies(channel))))
            numbers = {number for _, number in said}
            whole = {(str(part), number) for number in numbers for part in range(SENTENCES)}
            if missing := whole - set(said):
                yield f"{len(missing)} parts of a reply are missing"
            if doubled := [part for part, times in said.items() if times > 1]:
                yield f"{len(doubled)} parts of a reply came twice"

    def _replies(self, channel: str) -> list[str]:
        found = self._world.discord.control.messages(channel, "bot")
        return [one["content"] for one in found if not one["ephemeral"]]

    def _held(self) -> dict[str, str]:
        """Return where this schedule's words are held."""
        database, held, ours = self._world.database, dict[str, str](), self._ours
        for table in database.tables():
            for row in database.execute(f'SELECT * FROM "{table}"'):
                held |= dict.fromkeys(ours.findall(str(row)), table)
        client = redis.Redis.from_url(self._world.redis.url, decode_responses=True)
        for key in client.scan_iter():
            held_there = client.hgetall(key) if client.type(key) == "hash" else ""
            # A message that only the cache holds isn't kept.
            for word in ours.findall(str(held_there)):
                held.setdefault(word, "Redis")
        return held


Look = Callable[[Schedule, Mapping[str, list[str]]], Iterable[str]]
# What must hold whatever fails, in the words of docs/reliability.md, and what finds where it
# doesn't.
MUST_HOLD: Mapping[str, Look] = {
    "Each message gets one reply, in the order of its person's messages, and all parts of it.": (
        lambda schedule, places: [*schedule.lost_or_doubled(places), *schedule.parts(places)]
    ),
    "Nobody gets a reply to another person's words.": Schedule.replies_to_others,
    "The database holds each message as it reads now, and Elasticsearch what the database holds.": (
        lambda schedule, places: [*schedule.not_held(), *schedule.not_in_index()]
    ),
    "What was erased is held nowhere: in no table, in Redis, or in the index.": (
        lambda schedule, places: [*schedule.still_held(), *schedule.still_in_index()]
    ),
    "No reply is open and no follow-up work is due at the end.": (
        lambda schedule, places: [*schedule.open_replies(), *schedule.open_work()]
    ),
}


def _where_stores_answer(
    look: Callable[[Mapping[str, list[str]]], list[str]], places: Mapping[str, list[str]]
) -> list[str]:
    """Return what a look finds; that a store doesn't answer is a fault, too."""
    try:
        return look(places)
    except (psycopg.OperationalError, sqlite3.OperationalError, redis.RedisError) as error:
        return [f"a store does not answer ({type(error).__name__})"]


class Row(Schedule):
    """A row of the matrix of outages and actions: during one outage, each person does one thing."""

    async def run(self) -> list[str]:
        """Run it, and return what does not hold afterwards."""
        places = await self._begin(len(ACTIONS))
        before = {person: self._say(person, places[person][1], parts=False) for person in places}
        await self._world.discord.control.wait_messages(
            next(iter(before.values())).channel, len(ACTIONS), timeout=PATIENCE
        )
        breaking = asyncio.create_task(self._break_and_mend())
        await asyncio.sleep(BREATH)
        acting = [
            asyncio.create_task(self._act(action, before[person], places[person]))
            for action, person in zip(ACTIONS, places, strict=True)
        ]
        await asyncio.gather(breaking, *acting)
        return await self._verdict(places)

    async def _act(self, action: str, before: Words, places: list[str]) -> None:
        """Do one thing, with what was answered before the outage and with what is said in it."""
        person = before.person
        if action == "forget":
            await self._forget(person, places[0])
            return
        during = [self._say(person, place, parts=action == "ask for parts") for place in places]
        if action in {"edit", "delete"}:
            self._withdraw(action, before)
            # In the middle of the outage, or of what is done about the message.
            await asyncio.sleep(self._random.choice(PAUSES))
            self._withdraw(action, during[0])
