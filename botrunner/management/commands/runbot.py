"""Run the companion."""

from __future__ import annotations

import argparse
import asyncio
import os
from collections.abc import Mapping
from functools import partial
from importlib import import_module
from typing import Any

from django.core.management.base import CommandError, CommandParser

from botrunner.accounts import is_account_of_somebody_else, owner_person_id
from botrunner.components import discord_part, web_part
from botrunner.conversation.persona import PersonaTooLongError, persona
from botrunner.history import conversation_cache
from botrunner.loading import load_models
from botrunner.process import EXIT_BAD_SETTINGS, Component, run
from botrunner.terminal import TerminalUser, chat
from botrunner.terminal.user import account_name
from botrunner.web.server import address_argument, url_of
from profiles.actions import ProfileError, check_id
from whisper import live, outbox, periodic, tasks
from whisper.database.access import in_database
from whisper.database.checks import require_usable_database
from whisper.environment import environment
from whisper.management.base import BaseCommand
from whisper.multilingual import unpack_in_background
from whisper.personal_data import erasures
from whisper.processes import event_loop, garbage_collection, heartbeats


class Command(BaseCommand):
    """Run the companion: in Discord or at the terminal, with its worker, and in the console."""

    help = (
        "Runs the companion in Discord where DISCORD_BOT_TOKEN is set, else at the terminal, "
        "with the worker, and with --web the console. SIGTERM and Ctrl-C finish the answers in "
        "hand. Exit codes: 0 stopped, 2 bad settings, 3 token refused, 4 Discord can't be "
        "reached, 5 the database can't be used."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--web", metavar="[HOST:]PORT", type=address_argument, help="serve the console"
        )
        parser.add_argument(
            "--terminal", action="store_true", help="chat here, even where a token is set"
        )
        parser.add_argument(
            "--no-worker",
            action="store_true",
            help="leave work that follows from messages, and periodic jobs, to runworker",
        )
        at_terminal = parser.add_argument_group("at the terminal")
        at_terminal.add_argument(
            "--user-id", type=_id, help="who chats; the first admin by default"
        )
        at_terminal.add_argument("--user-name", help="their name; the system account's by default")
        at_terminal.add_argument("--channel-id", type=_id, help="where; direct messages by default")
        at_terminal.add_argument("--guild-id", type=_id, help="in a server's public channel")
        at_terminal.add_argument("--json", action="store_true", help="one JSON object a reply")

    def handle(self, *args: Any, **options: Any) -> None:
        unpack_in_background()
        _require_fitting_persona()
        require_usable_database()
        if options["web"]:
            # Here, and not while several threads load what it is made of.
            import_module("whisper.urls")
        garbage_collection.settle()
        event_loop.prefer()
        raise SystemExit(asyncio.run(_run(_parts(options))))


def _require_fitting_persona() -> None:
    """Stop the start where the persona leaves the prompt no room for anything else."""
    try:
        persona()
    except PersonaTooLongError as error:
        raise CommandError(str(error), returncode=EXIT_BAD_SETTINGS) from error


async def _run(parts: Mapping[str, Component]) -> int:
    """Run the parts; whether the cache has to do without Redis is said before the first message."""
    await in_database(erasures.catch_up)
    cache = conversation_cache()
    await cache.healthy()
    try:
        return await run(parts)
    finally:
        await cache.aclose()


def _parts(options: dict[str, Any]) -> dict[str, Component]:
    parts: dict[str, Component] = {
        "event loop": event_loop.watch,
        "live": live.run,
        "models": load_models,
    }
    if not options["no_worker"]:
        parts |= {"worker": outbox.run, "periodic": periodic.run, "tasks": tasks.run}
    token = environment.discord_bot_token
    if (token is None and not (options["web"] and _nobody_types())) or options["terminal"]:
        parts["terminal"] = _terminal_part(options)
    elif token is not None:
        parts["discord"] = discord_part(token.get_secret_value())
    if options["web"]:
        parts["web"] = web_part(options["web"])
    duties = [duty for duty in heartbeats.NEEDED if duty in parts]
    return {**parts, "heartbeat": partial(heartbeats.run, duties=duties)}


def _nobody_types() -> bool:
    """Return whether input is /dev/null, as in a container: then the console alone is served."""
    try:
        return os.path.samestat(os.fstat(0), os.stat(os.devnull))
    except OSError:
        return True


def _terminal_part(options: dict[str, Any]) -> Component:
    person = owner_person_id() if options["user_id"] is None else options["user_id"]
    if is_account_of_somebody_else(person):
        raise CommandError(
            f"{person} is the person of another console account. Log in as that account in the web "
            "chat (--web)."
        )
    name = account_name() if options["user_name"] is None else options["user_name"]
    channel = person if options["channel_id"] is None else options["channel_id"]
    user = TerminalUser(person, name, channel, options["guild_id"])
    console_url = url_of(*options["web"]) if options["web"] else ""

    async def talk(stop: asyncio.Event) -> None:
        await chat(user, stop, as_json=options["json"], console_url=console_url)

    return talk


def _id(text: str) -> int:
    try:
        return check_id(int(text))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not an id: ids are whole numbers") from None
    except ProfileError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
