"""No test sleeps or asserts how long something took."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

SLEEPS = {"time.sleep", "asyncio.sleep"}
CLOCKS = {
    f"time.{name}"
    for name in ("time", "monotonic", "perf_counter", "process_time", "thread_time")
    for name in (name, f"{name}_ns")
}
ALLOWED = {
    "whisper/tests/waiting.py": "waits for conditions, for all others",
    "whisper/tests/clock.py": "is the loop on which no test waits",
    "whisper/tests/test_clock.py": "sleeps on that loop",
    "whisper/tests/test_circuit_breaker.py": "sleeps on that loop",
    "whisper/tests/processes/test_event_loop.py": "sleeps on that loop",
    "botrunner/tests/llm/misbehaving.py": "pauses on that loop",
    "botrunner/tests/conversation/test_turns.py": "sleeps on that loop",
    "botrunner/tests/intake/test_intake.py": "sleeps on that loop",
    "botrunner/tests/discord_bot/test_outages.py": "sleeps on that loop",
    "botrunner/tests/discord_bot/test_presence.py": "sleeps on that loop",
    "botrunner/tests/discord_bot/test_streaming.py": "sleeps on that loop",
    "botrunner/tests/discord_bot/echoing.py": "is a model that takes its time",
    "botrunner/tests/discord_bot/sharded_discord.py": "notes when clients call it",
    "botrunner/tests/discord_bot/test_rolling_restart.py": "sends three messages per second",
    "botrunner/tests/discord_bot/schedules.py": "breaks things at random moments",
    "botrunner/tests/discord_bot/databases.py": "breaks things for some seconds",
    "botrunner/tests/discord_bot/faults.py": "breaks things for some seconds",
    "botrunner/tests/discord_bot/services.py": "breaks things for some seconds",
    "botrunner/tests/discord_bot/world.py": "starts the bot again after some seconds",
    "botrunner/tests/discord_bot/within/sitecustomize.py": "blocks the event loop",
    "memories/tests/proxy.py": "is a network that takes its time",
    "whisper/tests/copying/killed_copy.py": "kills at random moments",
    "memories/tests/crashes.py": "kills at random moments",
    "memories/tests/facts/test_rules.py": "compares the processor time of two texts",
    "botrunner/tests/test_worst_texts.py": "compares the processor time of two texts",
}


def calls(tree: ast.AST) -> Iterator[str]:
    """Yield the names of functions that are called, but for a sleep that only lets others run."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            if name != "asyncio.sleep" or ast.unparse(node.args[0]) != "0":
                yield name


def modules() -> Iterator[Path]:
    yield settings.BASE_DIR / "conftest.py"
    for path in sorted(settings.BASE_DIR.glob("*/tests/**/*.py")):
        if ".venv" not in path.parts:
            yield path


@pytest.mark.heavy
def test_no_test_sleeps_or_asserts_how_long_something_took():
    found = {
        path.relative_to(settings.BASE_DIR).as_posix(): used
        for path in modules()
        if (used := {*calls(ast.parse(path.read_text()))} & (SLEEPS | CLOCKS))
    }
    offenders = {name: used for name, used in found.items() if name not in ALLOWED}
    assert offenders == {}, "see whisper/tests/waiting.py and the marker `clocked`"
    assert set(ALLOWED) <= set(found), "an exception that nobody needs any more"
