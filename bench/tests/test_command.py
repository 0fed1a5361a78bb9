"""Tests of `manage.py bench` itself."""

from __future__ import annotations

import sys

import pytest
from django.core.management import CommandError, call_command

from bench.overload import running_bot
from bench.registry import NotMeasuredError, Row
from botrunner.tests.discord_bot import discord_process


@pytest.fixture
def second_fails(monkeypatch):
    """Return a function that lets the second of three benchmarks end with an error."""

    def fail(error: Exception) -> None:
        def second(scale):
            yield Row("the first half", {"seconds": "1"})
            raise error

        known = {
            "a": lambda scale: [Row("one", {"seconds": f"{scale}"}, met=True)],
            "b": second,
            "c": lambda scale: [Row("three", {"seconds": "3"}, met=True)],
        }
        monkeypatch.setattr("bench.management.commands.bench.benchmarks", lambda: known)

    return fail


def test_what_cannot_be_measured_says_why_and_the_others_still_run(second_fails, capsys):
    second_fails(NotMeasuredError("the server is missing"))
    call_command("bench", scale=0.5)
    told = capsys.readouterr().out
    assert "the first half" in told
    assert "not measured: the server is missing" in told
    assert "three" in told


def test_a_benchmark_that_fails_counts_as_missed_and_the_others_still_run(second_fails, capsys):
    second_fails(RuntimeError("the bot lacks servers"))
    with pytest.raises(CommandError, match="Not met: 1 requirement") as found:
        call_command("bench")
    assert found.value.returncode == 1
    told = capsys.readouterr().out
    assert "failed: RuntimeError: the bot lacks servers" in told
    assert "three" in told


async def started():
    async with running_bot([]):
        pass


async def test_without_the_loopback_discord_nothing_of_the_bot_is_measured(monkeypatch, tmp_path):
    monkeypatch.setattr(discord_process, "LOOPBACK", tmp_path / "server.py")
    with pytest.raises(NotMeasuredError, match="loopback Discord"):
        await started()


async def test_without_the_development_packages_nothing_of_the_bot_is_measured(monkeypatch):
    monkeypatch.setitem(sys.modules, "botrunner.tests.discord_bot.discord_process", None)
    with pytest.raises(NotMeasuredError, match="bin/setup dev"):
        await started()
