"""The ways in which what a bot depends on fails for some seconds, by name."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

import redis

from botrunner.tests.discord_bot.databases import Fault, stuttering
from botrunner.tests.discord_bot.echoing import Trouble, endless, full, garbled, refused

if TYPE_CHECKING:
    from botrunner.tests.discord_bot.world import World

HOUR = 3600
TROUBLES: Mapping[str, Trouble] = {
    "model away": refused,
    "model garbled": garbled,
    "model endless": endless,
    "model's context full": full,
}
# An apology is a reply then.
APOLOGIES = {"model away", "model garbled"}
# No seed chooses these, so that each still chooses what it did when it found something.
CHOSEN_ALONE = {*TROUBLES, "event loop blocked", "clock jumps"}


def faults(world: World) -> dict[str, Fault]:
    """Return what can be broken, by its name."""
    return {
        **{f"database {name}": fault for name, fault in world.database.faults.items()},
        **_of_redis(world),
        **_of_discord(world),
        **_of_process(world),
        **_of_model(world),
        **(world.services.faults() if world.services else {}),
    }


def _of_redis(world: World) -> dict[str, Fault]:
    async def killed(seconds: float) -> None:
        world.redis.kill()
        await asyncio.sleep(seconds)
        await asyncio.to_thread(world.redis.start)

    async def silent(seconds: float) -> None:
        world.redis.pause()
        await asyncio.sleep(seconds)
        world.redis.resume()

    async def full_memory(seconds: float) -> None:
        client = redis.Redis.from_url(world.redis.url)
        client.config_set("maxmemory", "1")
        await asyncio.sleep(seconds)
        client.config_set("maxmemory", "0")

    async def absent_at_start(seconds: float) -> None:
        world.redis.kill()
        await world.restart(seconds, killed=True)
        await asyncio.to_thread(world.redis.start)

    return {
        "redis killed": killed,
        "redis silent": silent,
        "redis full": full_memory,
        "redis absent at start": absent_at_start,
        "redis slow": lambda seconds: stuttering(silent, seconds),
    }


def _of_discord(world: World) -> dict[str, Fault]:
    control = world.discord.control

    async def refusing(kind: str, seconds: float) -> None:
        control.http_fault(kind, "/channels", times=-1, seconds=seconds)
        await asyncio.sleep(seconds)
        control.clear_faults()

    async def unreachable(seconds: float) -> None:
        control.refuse(seconds, http=True)
        control.drop()
        await asyncio.sleep(seconds)
        control.clear_faults()

    async def dropped(seconds: float, *, forget: bool) -> None:
        control.drop(forget_session=forget)
        await asyncio.sleep(seconds)

    return {
        "Discord unreachable": unreachable,
        **{f"Discord {kind}": partial(refusing, kind) for kind in ("503", "429", "slow")},
        "gateway dropped": partial(dropped, forget=False),
        "session lost": partial(dropped, forget=True),
    }


def _of_process(world: World) -> dict[str, Fault]:
    async def silent(seconds: float) -> None:
        assert world.bot.process
        world.bot.process.send_signal(signal.SIGSTOP)
        await asyncio.sleep(seconds)
        world.bot.process.send_signal(signal.SIGCONT)

    async def blocked(seconds: float) -> None:
        assert world.bot.process
        with world.inside.blocked(world.bot.process.pid):
            await asyncio.sleep(seconds)

    async def jumping(seconds: float) -> None:
        """Set the clock an hour ahead, then back by two, and right in the end."""
        for offset in (HOUR, -HOUR):
            world.inside.set_clock(offset)
            await asyncio.sleep(seconds / 2)
        world.inside.set_clock(0)

    return {
        "process killed": partial(world.restart, killed=True),
        "process stopped": partial(world.restart, killed=False),
        "process silent": silent,
        "process slow": lambda seconds: stuttering(silent, seconds),
        "event loop blocked": blocked,
        "clock jumps": jumping,
    }


def _of_model(world: World) -> dict[str, Fault]:
    model = world.model

    async def slow(seconds: float) -> None:
        usual, model.seconds = model.seconds, seconds
        await asyncio.sleep(seconds)
        model.seconds = usual

    async def in_trouble(trouble: Trouble, seconds: float) -> None:
        model.trouble = trouble
        await asyncio.sleep(seconds)
        model.trouble = None

    return {
        "model slow": slow,
        **{name: partial(in_trouble, trouble) for name, trouble in TROUBLES.items()},
    }
