"""Each thing that Whisper depends on fails under a conversation; the table says what was seen.

`make chaos` breaks everything once and writes the table of docs/reliability.md.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings

from botrunner.tests.discord_bot.schedules import MUST_HOLD, NOTHING, Row
from botrunner.tests.discord_bot.world import ALL_SERVICES, running_world

pytestmark = pytest.mark.slow

# By database: what fails, and how.
SCENARIOS = {
    "postgresql": (
        NOTHING,
        *("database killed", "database silent", "database reset", "database exhausted"),
        *("redis killed", "redis silent", "redis slow", "redis full", "redis absent at start"),
    ),
    "sqlite": (
        NOTHING,
        *(
            "database locked",
            "Discord unreachable",
            "Discord 503",
            "Discord 429",
            "gateway dropped",
        ),
        *("session lost", "process killed", "process silent", "event loop blocked"),
        *("clock jumps", "model slow", "model away", "model garbled", "model endless"),
        "model's context full",
    ),
    ALL_SERVICES: (
        NOTHING,
        *("Elasticsearch away", "Elasticsearch silent", "Elasticsearch's disk full"),
        *("embedder crashed", "network slow and lossy"),
    ),
}
FIRST_SEED = 30_000
SECONDS = 6.0
HEADER = """\
| what failed | database | messages | what was wrong | seconds to all replies | to all work |
|---|---|---|---|---|---|
"""
MARKS = "<!-- chaos: begin -->", "<!-- chaos: end -->"


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of a scenario."""

    fault: str
    kind: str
    messages: int
    wrong: list[str]
    replied: float
    recovery: float

    def __str__(self) -> str:
        """Return its line of the table."""
        wrong = "; ".join(self.wrong) or "none"
        seconds = f"{self.replied:.0f} | {self.recovery:.0f}"
        return f"| {self.fault} | {self.kind} | {self.messages} | {wrong} | {seconds} |"


def must_hold() -> str:
    """Return what must hold whatever fails, as the page says it."""
    conditions = "".join(f"- {one}\n" for one in MUST_HOLD)
    return f"Whatever fails, these conditions must hold:\n\n{conditions}"


async def broken(kind: str, folder: Path, faults) -> list[Seen]:
    """Break one thing after the other of one bot, and return what was seen."""
    seen = []
    async with running_world(kind, folder) as world:
        for number, fault in enumerate(faults):
            row = Row(world, FIRST_SEED + number, fault=fault, seconds=SECONDS)
            wrong = await row.run()
            seen.append(Seen(fault, kind, row.messages, wrong, row.replied, row.recovery))
            sys.stderr.write(f"{seen[-1]}\n")
        tracebacks = [line for line in world.errors if "Traceback" in line]
        if tracebacks:
            sys.stderr.write("\n".join(world.errors[-200:]) + "\n")
        assert tracebacks == []
    return seen


async def test_nothing_is_lost_while_redis_is_full(tmp_path):
    (seen,) = await broken("sqlite", tmp_path, ["redis full"])
    assert seen.messages > 0
    assert seen.wrong == []


@pytest.mark.long
@pytest.mark.timeout(3600)
async def test_nothing_is_lost_whatever_fails(tmp_path):
    chosen = os.environ.get("CHAOS")
    sys.stderr.write(f"\n{must_hold()}\n{HEADER}")
    seen = []
    for kind, faults in SCENARIOS.items():
        asked = [fault for fault in faults if chosen is None or chosen in f"{kind} {fault}"]
        if asked:
            # What is preloaded can't have a blank in its path.
            folder = tmp_path / kind.replace(" ", "-")
            folder.mkdir()
            seen += await broken(kind, folder, asked)
    if page := os.environ.get("CHAOS_TABLE"):
        write(settings.BASE_DIR / page, seen)
    assert seen
    assert [one for one in seen if one.wrong] == []


def write(page: Path, seen: list[Seen]) -> None:
    """Put the table between the marks of a page; lines of what was left out this time stay."""
    before, rest = page.read_text().split(MARKS[0])
    table, after = rest.split(MARKS[1])
    known = {tuple(line.split(" | ")[:2]): line for line in table.splitlines()}
    new = {tuple(str(one).split(" | ")[:2]): str(one) for one in seen}
    wanted = [(f"| {fault}", kind) for kind, faults in SCENARIOS.items() for fault in faults]
    lines = [new.get(name) or known.get(name) for name in wanted]
    text = HEADER + "\n".join(filter(None, lines))
    page.write_text(f"{before}{MARKS[0]}\n{text}\n{MARKS[1]}{after}")


def test_the_page_has_a_line_for_each_scenario():
    page = (settings.BASE_DIR / "docs" / "reliability.md").read_text()
    assert all(mark in page for mark in MARKS)
    assert f"{must_hold()}\n" in page
    for kind, faults in SCENARIOS.items():
        for fault in faults:
            assert f"| {fault} | {kind} |" in page
