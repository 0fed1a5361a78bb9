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
import signal
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import redis

from botrunner.tests.discord_bot.discord_process import Bot, loopback_discord, made
from botrunner.tests.discord_bot.echoing import EchoModel, echo_model, judge, marks_of
from whisper.tests.database.postgres_server import PostgresServer
from whisper.tests.redis.redis_server import RedisServer

PEOPLE = 3
STEPS = 9
# What fails where only the time without a fault is looked at.
NOTHING = "nothing"
# What each person of a row of the matrix does during its outage.
ACTIONS = ("say", "edit", "delete", "forget", "ask for parts")
# Of people's pauses and of faults, in seconds.
PAUSES = (0.0, 0.05, 0.3, 0.9)
# How long something slow is away at a time, and back.
STUTTER, BREATH = 0.3, 0.1
FAULTS = (0.5, 2.0, 6.0)
# The recovery looks every minute for what was left; this waits for three of its looks.
PATIENCE = 180.0
LOOKS = 180
# A reply of three pieces, each sentence of which can be told from the others.
SENTENCES = 120
OPEN = "SELECT count(*) FROM memories_message WHERE answer IN ('pending', 'making', 'sending')"
# What is put off on purpose is due later.
OUTBOX = (
    "SELECT count(*) FROM whisper_outboxentry"
    " WHERE failed_at IS NULL AND due_at <= CURRENT_TIMESTAMP"
)
PART = re.compile(r"\bpart(\d+)of(\d+)\b")


class Sqlite:
    """The bot's SQLite file, which others may lock."""

    def __init__(self, folder: Path) -> None:
        self.variables: dict[str, str] = {}
        self.faults: Mapping[str, Fault] = {
            "locked": self._locked,
            "slow": lambda seconds: stuttering(self._locked, seconds),
        }
        self._path = folder / "whisper.sqlite3"

    def execute(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask it something."""
        with closing(sqlite3.connect(self._path, timeout=30)) as database:
            return database.execute(sql).fetchall()

    def tables(self) -> list[str]:
        """Return the names of its tables."""
        return [
            name for (name,) in self.execute("SELECT name FROM sqlite_master WHERE type='table'")
        ]

    async def _locked(self, seconds: float) -> None:
        with closing(sqlite3.connect(self._path, timeout=30, isolation_level=None)) as database:
            database.execute("BEGIN EXCLUSIVE")
            await asyncio.sleep(seconds)
            database.execute("ROLLBACK")


class Postgresql:
    """A PostgreSQL of the bot's own."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self.variables = {"DATABASE_URL": server.url, "POSTGRES_STATEMENT_TIMEOUT": "5"}
        self.faults: Mapping[str, Fault] = {
            "killed": self._killed,
            "silent": self._silent,
            "reset": self._reset,
            "exhausted": self._exhausted,
            "slow": lambda seconds: stuttering(self._silent, seconds),
        }

    def execute(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask it something."""
        return self._server.execute(sql)

    def tables(self) -> list[str]:
        """Return the names of its tables."""
        rows = self.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return [name for (name,) in rows]

    async def _killed(self, seconds: float) -> None:
        self._server.kill()
        await asyncio.sleep(seconds)
        await asyncio.to_thread(self._server.start)

    async def _silent(self, seconds: float) -> None:
        self._server.pause()
        await asyncio.sleep(seconds)
        self._server.resume()

    async def _reset(self, seconds: float) -> None:
        """End all connections again and again, as somebody does who restarts a proxy."""
        for _ in range(round(seconds / STUTTER)):
            await asyncio.to_thread(self._server.drop_connections)
            await asyncio.sleep(STUTTER)

    async def _exhausted(self, seconds: float) -> None:
        """Take every connection that is left, and end those that the bot has."""
        taken: list[psycopg.Connection[Any]] = []
        await asyncio.to_thread(self._server.drop_connections)
        with contextlib.suppress(psycopg.OperationalError):
            while True:
                taken.append(await asyncio.to_thread(psycopg.connect, self._server.url))
        await asyncio.sleep(seconds)
        for connection in taken:
            connection.close()


Database = Sqlite | Postgresql
# Breaks something for so many seconds, and mends it.
Fault = Callable[[float], Coroutine[Any, Any, None]]


async def stuttering(fault: Fault, seconds: float) -> None:
    """Make something slow: it is away most of the time, and back for a moment in between."""
    for _ in range(max(1, round(seconds / (STUTTER + BREATH)))):
        await fault(STUTTER)
        await asyncio.sleep(BREATH)


@dataclass(slots=True)
class World:
    """The running bot and all that it depends on."""

    discord: Any
    model: EchoModel
    database: Database
    redis: RedisServer
    bot: Bot
    errors: list[str] = field(default_factory=list)
    _reading: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start the bot, and wait until it is connected."""
        before = self.discord.control.counters().get("identify", 0)
        await self.bot.start()
        assert self.bot.process
        self._reading = asyncio.create_task(self._read(self.bot.process.stderr))
        await self.discord.control.wait_count("identify", before + 1, timeout=PATIENCE)

    async def _read(self, stream: Any) -> None:
        async for line in stream:
            self.errors.append(line.decode().rstrip())

    async def restart(self, seconds: float, *, killed: bool) -> None:
        """End the process, and start the next one after a while."""
        assert self.bot.process
        self.bot.process.send_signal(signal.SIGKILL if killed else signal.SIGTERM)
        await self.bot.process.wait()
        await asyncio.sleep(seconds)
        await self.start()

    def faults(self) -> dict[str, Fault]:
        """Return what can be broken, by its name."""
        control = self.discord.control

        async def refusing(seconds: float, kind: str) -> None:
            control.http_fault(kind, "/channels", times=-1, seconds=seconds)
            await asyncio.sleep(seconds)
            control.clear_faults()

        async def redis_killed(seconds: float) -> None:
            self.redis.kill()
            await asyncio.sleep(seconds)
            await asyncio.to_thread(self.redis.start)

        async def redis_silent(seconds: float) -> None:
            self.redis.pause()
            await asyncio.sleep(seconds)
            self.redis.resume()

        async def redis_full(seconds: float) -> None:
            client = redis.Redis.from_url(self.redis.url)
            client.config_set("maxmemory", "1")
            await asyncio.sleep(seconds)
            client.config_set("maxmemory", "0")

        async def redis_absent_at_start(seconds: float) -> None:
            self.redis.kill()
            await self.restart(seconds, killed=True)
            await asyncio.to_thread(self.redis.start)

        async def process_silent(seconds: float) -> None:
            assert self.bot.process
            self.bot.process.send_signal(signal.SIGSTOP)
            await asyncio.sleep(seconds)
            self.bot.process.send_signal(signal.SIGCONT)

        async def unreachable(seconds: float) -> None:
            control.refuse(seconds, http=True)
            control.drop()
            await asyncio.sleep(seconds)
            control.clear_faults()

        async def dropped(seconds: float, *, forget: bool) -> None:
            control.drop(forget_session=forget)
            await asyncio.sleep(seconds)

        async def model_slow(seconds: float) -> None:
            self.model.seconds = seconds
            await asyncio.sleep(seconds)
            self.model.seconds = 0.1

        return {
            **{f"database {name}": fault for name, fault in self.database.faults.items()},
            "redis killed": redis_killed,
            "redis silent": redis_silent,
            "redis full": redis_full,
            "redis absent at start": redis_absent_at_start,
            "redis slow": lambda seconds: stuttering(redis_silent, seconds),
            "Discord unreachable": unreachable,
            "Discord 503": lambda seconds: refusing(seconds, "503"),
            "Discord 429": lambda seconds: refusing(seconds, "429"),
            "Discord slow": lambda seconds: refusing(seconds, "slow"),
            "gateway dropped": lambda seconds: dropped(seconds, forget=False),
            "session lost": lambda seconds: dropped(seconds, forget=True),
            "process killed": lambda seconds: self.restart(seconds, killed=True),
            "process stopped": lambda seconds: self.restart(seconds, killed=False),
            "process silent": process_silent,
            "process slow": lambda seconds: stuttering(process_silent, seconds),
            "model slow": model_slow,
        }


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
        faults = world.faults()
        self.fault = fault or self._random.choice(sorted(faults))
        self._break = {NOTHING: asyncio.sleep, **faults}[self.fault]
        self._seconds = seconds or self._random.choice(FAULTS)
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
        faults = await self._look(places)
        now = asyncio.get_running_loop().time
        for _ in range(LOOKS):
            before = faults
            passed = max(0.0, now() - self._mended)
            if not self.replied and not await self._unanswered(places):
                self.replied = passed
            if not self.recovery and not faults:
                self.recovery = passed
            # What comes twice comes after the first look; work that was put off may be due then.
            await asyncio.sleep(1.0)
            faults = await self._look(places)
            if not before and not faults:
                break
        return faults

    async def _look(self, places: Mapping[str, list[str]]) -> list[str]:
        return await asyncio.to_thread(_where_stores_answer, self._faults, places)

    async def _unanswered(self, places: Mapping[str, list[str]]) -> list[str]:
        return await asyncio.to_thread(_where_stores_answer, self._of_replies, places)

    def _of_replies(self, places: Mapping[str, list[str]]) -> list[str]:
        faults = [*self._lost_or_doubled(places), *self._parts(places)]
        if waiting := self._world.database.execute(OPEN)[0][0]:
            faults.append(f"{waiting} replies are open")
        return faults

    def _faults(self, places: Mapping[str, list[str]]) -> list[str]:
        database = self._world.database
        faults = self._of_replies(places)
        held = self._held()
        faults += [f"{word} is still held in {held[word]}" for word in self._gone if word in held]
        faults += [
            f"{one.mark} is not held as it reads now"
            for one in self._said
            if not one.taken_back and one.person not in self._unkept and one.word not in held
        ]
        if waiting := database.execute(OUTBOX)[0][0]:
            faults.append(f"{waiting} outbox entries wait")
        return faults

    def _lost_or_doubled(self, places: Mapping[str, list[str]]) -> Iterator[str]:
        for person, channels in places.items():
            for channel in channels:
                mine = [o for o in self._said if (o.person, o.channel) == (person, channel)]
                replies = self._replies(channel)
                verdict = judge([one.mark for one in mine], replies)
                if channel == channels[0]:
                    others = set(marks_of(" ".join(replies))) - {one.mark for one in mine}
                    yield from (f"{mark} of another came to {person}" for mark in others)
                back = {one.mark for one in mine if one.taken_back}
                # What was taken back gets a reply, or none.
                if lost := [mark for mark in verdict.lost if mark not in back]:
                    yield f"no reply to {lost}"
                if verdict.doubled:
                    yield f"several replies to {verdict.doubled}"
                if verdict.misplaced:
                    yield f"out of order: {verdict.misplaced}"

    def _parts(self, places: Mapping[str, list[str]]) -> Iterator[str]:
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
        database, held = self._world.database, dict[str, str]()
        ours = re.compile(rf"zqq{self._seed}x\d+")
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


def answer_in_parts(model: EchoModel) -> None:
    """Have the model give a reply of several pieces to who asks for all of it."""
    numbers = iter(range(1_000_000))

    def padding(text: str) -> str:
        if "tell me all of it" not in text:
            return ""
        number = next(numbers)
        return " ".join(f"This is part{n}of{number} of the long story." for n in range(SENTENCES))

    model.padding = padding


@contextmanager
def _database(kind: str, folder: Path) -> Iterator[Database]:
    if kind == "sqlite":
        yield Sqlite(folder / "data")
    else:
        with PostgresServer(max_connections=30) as server:
            yield Postgresql(server)


@asynccontextmanager
async def running_world(kind: str, folder: Path, *, started: bool = True) -> AsyncIterator[World]:
    """Run a bot with all that it depends on.

    Args:
        kind: `sqlite` or `postgresql`.
        folder: an empty one, for its files.
        started: false where the test starts the bot itself.
    """
    with _database(kind, folder) as database, RedisServer(folder) as server:
        async with (
            loopback_discord().DiscordServer(limited=False) as discord,
            echo_model(seconds=0.1) as model,
            made(
                discord,
                folder / "data",
                # Files with a database are alike; PostgreSQL's is made each time.
                (folder.parent if kind == "sqlite" else folder) / "record",
                LLM_CHAT_API_URL=model.url,
                CONSENT_MODE="notice",
                REDIS_URL=server.url,
                USE_REDIS_CACHE="true",
                LOG_LEVEL="WARNING",
                **database.variables,
            ) as bot,
        ):
            answer_in_parts(model)
            world = World(discord, model, database, server, bot)
            if started:
                await world.start()
            yield world
