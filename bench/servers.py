"""What one process holds of many Discord servers, and what their talk costs it.

The real bot gets Discord's events without a network: 2,500 servers and 100,000 people.
"""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import discord
from asgiref.sync import async_to_sync
from django.utils import timezone

from bench.registry import Row, benchmark, resident_megabytes
from botrunner.discord_bot.bot import WhisperBot
from botrunner.discord_bot.cogs import talk
from botrunner.discord_bot.reading.rooms import CHANNELS, LINES
from botrunner.models import Block, TalkSetting
from memories.evaluation.database import temporary_database

SERVERS, PEOPLE = 2500, 100_000
CHANNELS_EACH, ROLES_EACH = 30, 10
# Of one server, what its admins set.
SET_EACH, BLOCKED_EACH = 4, 2
MESSAGES = 20_000
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
# Discord lets one connection serve no more servers.
ONE_CONNECTION = 2500


@benchmark("servers")
def measure_servers(scale: float) -> Iterator[Row]:
    """Measure the memory that servers take, and the time of a message that isn't answered."""
    servers, people = max(int(SERVERS * scale), 1), max(int(PEOPLE * scale), 2)
    with temporary_database():
        _set_everything(servers)
        yield from async_to_sync(_measured)(servers, people)


def _set_everything(servers: int) -> None:
    now = timezone.now()
    TalkSetting.objects.bulk_create(
        TalkSetting(place_id=_channel_id(server, number), guild_id=_server_id(server), since=now)
        for server in range(servers)
        for number in range(SET_EACH)
    )
    Block.objects.bulk_create(
        Block(guild_id=_server_id(server), person_id=number + 1, since=now)
        for server in range(servers)
        for number in range(BLOCKED_EACH)
    )


async def _measured(servers: int, people: int) -> list[Row]:
    bot = WhisperBot()
    try:
        bot._connection.user = discord.ClientUser(state=bot._connection, data=_user(9))  # type: ignore[arg-type]
        await talk.setup(bot)
        return [row async for row in _rows(bot, servers, people)]
    finally:
        # The library closes only a client that was connected.
        await bot.http.close()
        await bot.intake.close()


async def _rows(bot: WhisperBot, servers: int, people: int) -> Any:
    before, begin = _megabytes(), time.perf_counter()
    for server in range(servers):
        bot._connection.parse_guild_create(_server(server))
        if server % 50 == 0:
            await asyncio.sleep(0)
    took = time.perf_counter() - begin
    if len(bot.guilds) != servers:
        raise RuntimeError("the bot lacks servers")
    yield Row(
        f"megabytes of {servers:,} servers, each with {CHANNELS_EACH} channels, {ROLES_EACH} roles",
        {"one process": f"{_megabytes() - before:.0f}, read in {took:.1f} s"},
    )
    before, begin = _megabytes(), time.perf_counter()
    await bot.talk_settings.read()
    took = time.perf_counter() - begin
    held = servers * (SET_EACH + BLOCKED_EACH)
    yield Row(
        f"milliseconds to read {held:,} settings and blocks, every 15 s",
        {"one process": f"{took * 1000:.0f}, {_megabytes() - before:.0f} MB"},
    )
    # First what is held: later it would fit into memory that is free again.
    yield await _rooms(bot, servers, people)
    yield await _listening(bot, servers, people)


async def _listening(bot: WhisperBot, servers: int, people: int) -> Row:
    """Let people talk with each other; nothing is said to the companion."""
    cog = bot.get_cog("Talk")
    if cog is None:
        raise RuntimeError("the cog is missing")
    listen = next(one for name, one in cog.get_listeners() if name == "on_message")
    payloads = [_message(number, servers, people) for number in range(MESSAGES)]
    begin = time.process_time()
    for payload in payloads:
        await listen(_read(bot, payload))
    each = (time.process_time() - begin) / len(payloads)
    return Row(
        f"microseconds of a processor for a message that isn't for it, {people:,} people",
        {"one process": f"{each * 1e6:.0f}, so {1 / each:,.0f} messages per second"},
    )


async def _rooms(bot: WhisperBot, servers: int, people: int) -> Row:
    """Hold the talk of as many channels as a process ever holds."""
    before = _megabytes()
    for number in range(CHANNELS):
        bot.rooms._held(_channel_id(number % servers, number % CHANNELS_EACH))
    for number in range(CHANNELS * 2 * LINES):
        room = number % CHANNELS
        place = {
            "guild_id": str(_server_id(room % servers)),
            "channel_id": str(_channel_id(room % servers, room % CHANNELS_EACH)),
        }
        bot.rooms.hear(_read(bot, _message(number, servers, people) | place))
    return Row(
        f"megabytes of the recent talk of {CHANNELS} channels, the most that is held",
        {"one process": f"{_megabytes() - before:.0f}"},
    )


def _read(bot: WhisperBot, payload: dict[str, Any]) -> discord.Message:
    # As the library looks it up: `get_channel` of the bot would look through all servers.
    guild = bot.get_guild(int(payload["guild_id"]))
    channel: Any = guild.get_channel(int(payload["channel_id"])) if guild else None
    data: Any = payload
    return discord.Message(state=bot._connection, channel=channel, data=data)


def _megabytes() -> float:
    gc.collect()
    return resident_megabytes()


def _snowflake(number: int) -> int:
    return discord.utils.time_snowflake(EPOCH + timedelta(milliseconds=number)) + number % 4096


def _server_id(server: int) -> int:
    return 10**17 + server * 1000


def _channel_id(server: int, number: int) -> int:
    return _server_id(server) + 1 + number


def _user(number: int) -> dict[str, Any]:
    name = f"person{number}"
    return {"id": str(number), "username": name, "discriminator": "0", "avatar": None}


def _server(server: int) -> Any:
    guild_id = _server_id(server)
    roles: Sequence[dict[str, Any]] = [
        {
            "id": str(guild_id if number == 0 else guild_id + 500 + number),
            "name": f"role {number}",
            "permissions": "3072",
            "position": number,
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "managed": False,
            "mentionable": False,
        }
        for number in range(ROLES_EACH)
    ]
    channels = [
        {
            "id": str(_channel_id(server, number)),
            "type": 0,
            "name": f"channel {number}",
            "position": number,
            "permission_overwrites": [],
        }
        for number in range(CHANNELS_EACH)
    ]
    member = {"user": _user(9), "roles": [], "joined_at": EPOCH.isoformat(), "flags": 0}
    return {
        "id": str(guild_id),
        "name": f"server {server}",
        "owner_id": "1",
        "roles": roles,
        "channels": channels,
        "members": [member],
        "emojis": [],
        "features": [],
        "member_count": 40,
    }


def _message(number: int, servers: int, people: int) -> Any:
    server = number % servers
    author = 10_000 + number * 7919 % people
    return {
        "id": str(_snowflake(number)),
        "channel_id": str(_channel_id(server, number % CHANNELS_EACH)),
        "guild_id": str(_server_id(server)),
        "author": _user(author),
        "member": {"roles": [], "joined_at": EPOCH.isoformat(), "flags": 0},
        "content": f"I think number {number} is a good one, don't you think so too?",
        "timestamp": (EPOCH + timedelta(milliseconds=number)).isoformat(),
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": [],
        "embeds": [],
        "pinned": False,
        "type": 0,
    }
