"""The phases of the move, each with its way back, performed while people talk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.migration.installation import DrillError, Installation, Step, Talk
from bench.migration.services import own_indices, own_postgresql, own_redis

ZONE = "UTC"
PEOPLE = 20
CAT = "My cat is called Miso."
QUESTION, ANSWER = "What is my cat called?", "Miso"


@dataclass(frozen=True, slots=True)
class Services:
    """Addresses of servers; a phase whose server is missing is left out."""

    postgresql: str | None = None
    redis: str | None = None
    elasticsearch: str | None = None


@dataclass(slots=True)
class Phase:
    """One phase as it was performed.

    Args:
        when: what makes it necessary.
        how: what to do, beside the commands.
        way_back: the same for the way back; empty if there is none.
        found: what was checked and seen.
    """

    name: str
    when: str
    how: str
    way_back: str = ""
    steps: list[Step] = field(default_factory=list)
    checks: list[Step] = field(default_factory=list)
    back: list[Step] = field(default_factory=list)
    found: list[str] = field(default_factory=list)


def perform(services: Services, older: Path | None, messages: int) -> Iterator[Phase]:
    """Perform the whole move and yield each phase when it is done.

    Args:
        older: the older bot's folder, with user_profiles.db and chromadb_data; without one, stores
            in its formats are made.
        messages: how many the made stores are made of.

    Raises:
        DrillError: a step failed, a message was lost, or something was forgotten.
    """
    with TemporaryDirectory(prefix="whisper-drill-") as name, ExitStack() as rooms:
        folder = Path(name)
        older = older or _made(folder, messages)
        hidden = {str(older): "OLDER", str(folder): "FOLDER"}
        here = Installation(folder / "data", hidden=hidden)
        yield _imported(here, older)
        if services.redis:
            yield _redis(here, rooms.enter_context(own_redis(services.redis)))
        if services.postgresql:
            yield _postgresql(here, rooms.enter_context(own_postgresql(services.postgresql)))
        if services.elasticsearch:
            prefix = rooms.enter_context(own_indices(services.elasticsearch))
            yield _elasticsearch(here, services.elasticsearch, prefix)
        yield _exported(here, folder)


def _made(folder: Path, messages: int) -> Path:
    """Return a folder with stores in the older bot's formats, of invented people."""
    source, older = Installation(folder / "source"), folder / "older"
    older.mkdir()
    source.run("prepare")
    source.run("demo", "--people", str(PEOPLE), "--messages", str(messages))
    source.run("reembed")
    source.run("export_legacy", "profiles", str(older / "user_profiles.db"), "--timezone", ZONE)
    source.run("export_legacy", "memories", str(older / "chromadb_data"), "--timezone", ZONE)
    return older


def _imported(here: Installation, older: Path) -> Phase:
    phase = Phase(
        "Import",
        "You start to use Whisper.",
        "The older bot can keep running, and people can already talk to Whisper.",
        "Undo both runs, the later one first.",
    )
    take = ("--timezone", ZONE, "--consent-given")
    profiles = ("import_legacy", "profiles", str(older / "user_profiles.db"), *take)
    memories = ("import_legacy", "memories", str(older / "chromadb_data"), *take, "--verify")
    phase.steps.append(here.run("prepare"))
    here.ask(CAT)
    with here.talking() as talk:
        phase.steps += [here.run(*profiles), here.run(*memories)]
    phase.found.append(_told(talk))
    with here.talking() as talk:
        phase.back += [here.run("import_legacy", "rollback", number) for number in ("2", "1")]
        here.run(*profiles)
        here.run(*memories)
    phase.found.append(f"a second import after the way back: {_told(talk)}")
    return _checked(here, phase)


def _redis(here: Installation, address: str) -> Phase:
    phase = Phase(
        "Redis",
        "A restart should not lose the recent conversation, or several processes share it.",
        "Set `REDIS_URL` in `.env` and restart. The cache fills by itself, or at once:",
        "Set `USE_REDIS_CACHE=false` in `.env` and restart.",
    )
    here.variables["REDIS_URL"] = address
    with here.talking() as talk:
        phase.steps.append(here.run("cache", "warm"))
        phase.checks.append(here.run("cache", "verify"))
    phase.found.append(_told(talk))
    here.variables["USE_REDIS_CACHE"] = "false"
    phase.found.append(f"without Redis again: {_talked(here)}")
    del here.variables["USE_REDIS_CACHE"]
    with here.talking() as talk:
        phase.checks.append(here.run("cache", "verify"))
    phase.found.append(f"with Redis again: {_told(talk)}")
    return _checked(here, phase)


def _postgresql(here: Installation, address: str) -> Phase:
    phase = Phase(
        "PostgreSQL",
        "Several processes write, or the database is backed up by PostgreSQL's own means.",
        "Do the dry run while the bot runs, stop it, and copy. Once the check is done, set "
        "`DATABASE_URL` in `.env` and start the bot.",
        "Stop the bot, copy back, remove `DATABASE_URL` from `.env`, and start it.",
    )
    file = f"sqlite:///{here.home / 'whisper.sqlite3'}"
    here.hidden = {address: "postgres://…"} | dict(here.hidden)
    with here.talking() as talk:
        phase.steps.append(here.run("copy_database", file, address, "--dry-run"))
    phase.found.append(f"during the dry run: {_told(talk)}")
    phase.steps.append(here.run("copy_database", file, address))
    phase.checks.append(here.run("copy_database", file, address, "--verify"))
    here.variables["DATABASE_URL"] = address
    phase.found.append(f"on PostgreSQL: {_talked(here)}")
    del here.variables["DATABASE_URL"]
    phase.back.append(here.run("copy_database", address, file, "--overwrite"))
    phase.found.append(f"on SQLite again: {_talked(here)}")
    here.run("copy_database", file, address, "--overwrite")
    here.variables["DATABASE_URL"] = address
    return _checked(here, phase)


def _elasticsearch(here: Installation, address: str, prefix: str) -> Phase:
    phase = Phase(
        "Elasticsearch",
        "The index no longer fits into the memory of the bot, or several processes share it.",
        "Set `MEMORY_INDEX=elasticsearch` and `ELASTICSEARCH_URL` in `.env`, restart, and fill the "
        "index while people talk.",
        "Set `MEMORY_INDEX=local` in `.env` and restart.",
    )
    engine = {"MEMORY_INDEX": "elasticsearch", "ELASTICSEARCH_INDEX_PREFIX": prefix}
    here.variables |= engine | {"ELASTICSEARCH_URL": address}
    with here.talking() as talk:
        phase.steps += [here.run("memory_index", "create"), here.run("memory_index", "sync")]
    phase.found.append(f"while the index was filled: {_told(talk)}")
    phase.checks.append(here.run("memory_index", "verify"))
    here.variables["MEMORY_INDEX"] = "local"
    phase.found.append(f"searching in process again: {_talked(here)}")
    here.variables["MEMORY_INDEX"] = "elasticsearch"
    here.run("memory_index", "sync")
    phase.checks.append(here.run("memory_index", "verify"))
    return _checked(here, phase)


def _exported(here: Installation, folder: Path) -> Phase:
    phase = Phase(
        "Back to the older bot",
        "You change your mind.",
        "`bin/setup dev` installs ChromaDB's client, which writes the memories. Export both stores "
        "while the bot runs, and let the older bot open the copies. The check imports them into a "
        "fresh installation.",
    )
    again, fresh = folder / "again", Installation(folder / "fresh", hidden=here.hidden)
    again.mkdir()
    profiles, memories = str(again / "user_profiles.db"), str(again / "chromadb_data")
    with here.talking() as talk:
        phase.steps.append(here.run("export_legacy", "profiles", profiles, "--timezone", ZONE))
        phase.steps.append(here.run("export_legacy", "memories", memories, "--timezone", ZONE))
    phase.found.append(_told(talk))
    fresh.run("prepare")
    take = ("--timezone", ZONE, "--consent-given")
    phase.checks.append(fresh.run("import_legacy", "profiles", profiles, *take))
    phase.checks.append(fresh.run("import_legacy", "memories", memories, *take, "--verify"))
    return _checked(here, phase)


def _checked(here: Installation, phase: Phase) -> Phase:
    """Return a phase after which everything that was said is there, and remembered."""
    reply = here.ask(QUESTION)
    if ANSWER not in reply:
        raise DrillError(f"{phase.name}: asked “{QUESTION}”, it replied “{reply}”.")
    phase.found += [f"“{QUESTION}” — “{reply}”", here.kept()]
    return phase


def _talked(here: Installation) -> str:
    """Talk to the bot, with nothing done meanwhile, and return what was seen."""
    with here.talking() as talk:
        pass
    return _told(talk)


def _told(talk: Talk) -> str:
    return (
        f"{talk.answered} of {talk.said} messages answered, the first "
        f"{talk.first_seconds:.1f} s after the start of the bot, the others within "
        f"{talk.longest_seconds:.1f} s"
    )


def seconds(steps: Sequence[Step]) -> float:
    """Return how long steps took together."""
    return sum(step.seconds for step in steps)
