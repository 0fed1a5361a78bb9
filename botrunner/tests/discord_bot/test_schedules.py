"""Nothing is lost, doubled or stale after random schedules of faults, with the real process.

`SCHEDULE_SEED=17` runs that schedule alone, `SCHEDULES=50` another number of them.
"""

from __future__ import annotations

import os
import sys

import pytest

from botrunner.tests.discord_bot.schedules import Schedule, running_world

pytestmark = pytest.mark.slow

# In CI: two seeds that once found something.
SHORT = {0: "process killed", 3: "database locked"}
LONG = 100
MINUTES = 300.0


async def run(kind, folder, schedules):
    """Run schedules one after the other against one bot, and return what went wrong."""
    wrong = []
    async with running_world(kind, folder) as world:
        for choose in schedules:
            schedule = choose(world)
            faults = await schedule.run()
            sys.stderr.write(f"{kind}, {schedule}: {faults or 'all is well'}\n")
            wrong += [f"{kind}, {schedule}: {one}" for one in faults]
        wrong += [f"logged: {line}" for line in world.errors if "Traceback" in line]
        if wrong:
            sys.stderr.write("\n".join(world.errors[-200:]) + "\n")
    return wrong


def by_seed(seed, **more):
    """Return what makes the schedule of a seed."""
    return lambda world: Schedule(world, seed, **more)


def seeds(kind):
    """Return the seeds that were asked for."""
    if chosen := os.environ.get("SCHEDULE_SEED"):
        return [int(chosen)]
    first = 0 if kind == "sqlite" else 10_000
    return range(first, first + int(os.environ.get("SCHEDULES", LONG)))


async def test_nothing_is_lost_in_two_random_schedules(tmp_path):
    schedules = [by_seed(seed, fault=fault) for seed, fault in SHORT.items()]
    assert await run("sqlite", tmp_path, schedules) == []


@pytest.mark.long
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_nothing_is_lost_in_many_random_schedules(kind, tmp_path):
    assert await run(kind, tmp_path, [by_seed(seed) for seed in seeds(kind)]) == []


@pytest.mark.long
@pytest.mark.parametrize(
    "fault", ["database killed", "redis killed", "Discord 503", "process killed"]
)
async def test_nothing_is_lost_in_five_minutes_of(fault, tmp_path):
    schedule = by_seed(20_000, fault=fault, seconds=MINUTES)
    assert await run("postgresql", tmp_path, [schedule]) == []
