"""Tests of `manage.py bench` itself."""

from __future__ import annotations

import sys

import pytest
from django.core.management import CommandError, call_command

from bench.overload import running_bot
from bench.registry import NotMeasuredError, Row
from botrunner.tests.discord_bot import discord_process


@pytest.fixture
def three(monkeypatch):
    """Let there be three benchmarks, the second of which doesn't come to its end."""

    def second(scale):
        yield Row("the first half", {"seconds": "1"})
        raise fault

    fault: Exception = NotMeasuredError("no server is at hand")

    def failing(error):
        nonlocal fault
        fault = error

    known = {
        "a": lambda scale: [Row("one", {"seconds": f"{scale}"}, met=True)],
        "b": second,
        "c": lambda scale: [Row("three", {"seconds": "3"}, met=True)],
    }
    monkeypatch.setattr("bench.management.commands.bench.benchmarks", lambda: known)
    return failing


def test_what_can_not_be_measured_says_why_and_keeps_no_other_from_running(three, capsys):
    call_command("bench", scale=0.5)
    told = capsys.readouterr().out
    assert "the first half" in told
    assert "not measured: no server is at hand" in told
    assert "three" in told


def test_a_benchmark_that_fails_counts_as_missed_and_keeps_no_other_from_running(three, capsys):
    three(RuntimeError("the bot lacks servers"))
    with pytest.raises(CommandError, match="1 requirements are not met") as found:
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
