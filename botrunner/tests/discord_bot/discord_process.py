"""The real `runbot` as a process, against the loopback Discord that stands beside the project."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import shutil
import sqlite3
import sys
from asyncio.subprocess import DEVNULL, PIPE
from contextlib import asynccontextmanager, closing, nullcontext
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from botrunner.discord_bot.replying.streaming import CURSOR
from whisper.tests.waiting import until

ROOT = Path(__file__).resolve().parents[3]
LOOPBACK = ROOT.parent / "shared" / "discord" / "server.py"
PATIENCE = 60.0
INTRODUCTION = "a companion that remembers people who want to be"
KEPT = ("PATH", "HOME", "WHISPER_MODELS_DIR")
COUNT = "SELECT count(*) FROM memories_message"


def loopback_discord() -> ModuleType:
    """Return the loopback Discord; if it does not exist skip the test, or fail it in CI."""
    if not LOOPBACK.exists():
        if os.environ.get("REQUIRE_SERVICES") == "1":
            pytest.fail("the loopback Discord is missing, and REQUIRE_SERVICES=1 asks for it")
        pytest.skip("the loopback Discord is not at hand")
    spec = importlib.util.spec_from_file_location("loopback_discord", LOOPBACK)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def without_introductions(server: Any) -> Any:
    """Return a loopback Discord that leaves out how the bot introduces itself to a new server."""
    messages = server.control.messages

    def replies(*args: Any, **options: Any) -> list[dict[str, Any]]:
        return [one for one in messages(*args, **options) if INTRODUCTION not in one["content"]]

    server.control.messages = replies
    return server


async def replies(discord: Any, channel: str, count: int = 1) -> list[dict[str, Any]]:
    """Wait until a number of messages of the bot are in a channel, each to its end; return all."""
    await discord.control.wait_messages(channel, count, timeout=PATIENCE)

    def found() -> list[dict[str, Any]]:
        every = discord.control.messages(channel, by="bot")
        return [one for one in every if not one["loading"] and not one["deleted_at"]]

    await until(lambda: not any(one["content"].endswith(CURSOR) for one in found()))
    return found()


class Bot:
    """Starts, kills and stops `runbot`; its record outlives each process.

    Args:
        arguments: those of each `runbot`.
    """

    def __init__(self, folder: Path, *arguments: str, **variables: str) -> None:
        self.folder = folder
        self._arguments, self._variables = arguments, variables
        self._errors: Path | None = None
        self.process: asyncio.subprocess.Process | None = None

    def beside(self) -> Bot:
        """Return one more bot with the same database."""
        return Bot(self.folder, *self._arguments, **self._variables)

    def log_to(self, path: Path) -> None:
        """Let a file take what it says on stderr, which `ended` and `says` can't read then."""
        self._errors = path

    async def start(self, *arguments: str, **variables: str) -> None:
        """Start a process."""
        self.process = await self._run("runbot", *self._arguments, *arguments, **variables)

    @property
    def runs(self) -> bool:
        """Return whether its process was started and has not ended."""
        return self.process is not None and self.process.returncode is None

    async def work(self, *arguments: str) -> None:
        """Start `runworker` in place of the bot."""
        self.process = await self._run("runworker", *arguments)

    async def manage(self, *arguments: str) -> None:
        """Run a command to its end."""
        process = await self._run(*arguments)
        _, errors = await process.communicate()
        assert process.returncode == os.EX_OK, errors.decode()

    async def stop(self) -> None:
        """Let the process finish what it has in hand."""
        assert self.process
        self.process.terminate()
        assert await asyncio.wait_for(self.process.wait(), PATIENCE) == os.EX_OK

    async def migrate(self, template: Path) -> None:
        """Make the database, from a template where there is one: it takes two seconds."""
        if not template.exists():  # noqa: ASYNC240 - a test may block
            process = await self._run("migrate")
            assert await process.wait() == 0
            shutil.copytree(self.folder, template)
        shutil.copytree(template, self.folder, dirs_exist_ok=True)

    async def ended(self) -> tuple[int, list[str]]:
        """Wait for the end and return exit code and lines on stderr."""
        assert self.process
        _, errors = await asyncio.wait_for(self.process.communicate(), PATIENCE)
        code = self.process.returncode
        assert code is not None
        return code, errors.decode().splitlines()

    async def says(self, text: str) -> None:
        """Wait for a line on stderr."""
        assert self.process
        assert self.process.stderr
        seen = []
        async with asyncio.timeout(PATIENCE):
            async for line in self.process.stderr:
                seen.append(line.decode())
                if text in seen[-1]:
                    return
        pytest.fail(f"it ended without saying {text!r}: {seen}")

    async def stored(self, messages: int) -> None:
        """Wait until the database holds a number of messages."""
        with closing(sqlite3.connect(self.folder / "whisper.sqlite3")) as record:
            await until(lambda: record.execute(COUNT).fetchone()[0] >= messages)

    async def kill(self) -> None:
        """End the process as a power failure would."""
        assert self.process
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()

    async def _run(
        self, command: str, *arguments: str, **variables: str
    ) -> asyncio.subprocess.Process:
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        # A backup would be a process of its own, which outlives this one.
        own = {
            "WHISPER_DATA_DIR": str(self.folder),
            "WHISPER_ENV_FILE": os.devnull,
            "AUTO_BACKUP_ENABLED": "false",
        }
        with self._errors.open("ab") if self._errors else nullcontext(PIPE) as errors:
            return await asyncio.create_subprocess_exec(
                sys.executable,
                "manage.py",
                command,
                *arguments,
                cwd=ROOT,
                env=kept | own | self._variables | variables,
                stdin=DEVNULL,
                stdout=DEVNULL,
                stderr=errors,
            )


@asynccontextmanager
async def made(
    discord: Any,
    folder: Path,
    template: Path,
    *arguments: str,
    **variables: str,
):
    """Make a bot with its own database for a loopback Discord; it ends with the test.

    Args:
        template: the folder that keeps a migrated database once there is one.
        arguments: those of each `runbot`.
        variables: settings.
    """
    folder.mkdir()  # noqa: ASYNC240
    info = discord.control.info()
    addresses = {
        "DISCORD_BOT_TOKEN": info["token"],
        "DISCORD_API_URL": info["api"],
        "DISCORD_GATEWAY_URL": info["gateway"],
    }
    bot = Bot(folder, *arguments, **addresses, **variables)
    await bot.migrate(template)
    try:
        yield bot
    finally:
        if bot.runs:
            await bot.kill()
