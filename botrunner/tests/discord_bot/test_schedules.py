"""Nothing is lost, doubled or stale after random schedules of faults, with the real process.

`SCHEDULE_SEED=17,18` with `-k "many_random and sqlite-0"` runs these schedules alone.
"""

from __future__ import annotations

import os
import sys

import pytest

from botrunner.tests.discord_bot.schedules import Row, Schedule
from botrunner.tests.discord_bot.world import ALL_SERVICES, running_world

pytestmark = pytest.mark.slow

# Two seeds that once found something; the first one runs in CI.
SHORT = {0: "process killed", 3: "database locked"}
# A hundred on each database; how many share one bot.
PARTS, AT_ONCE = 10, 10
FIRST_POSTGRESQL = 10_000
# Seeds of rows; a row's words tell it from others of its bot.
FIRST_ROW = 20_000
# Of outages.
SECONDS, MINUTES, TEN_MINUTES = 4.0, 300.0, 600.0
# The rows of the matrix: what fails, away, killed or slow; each with all that people do.
ROWS = [
    *(("postgresql", f"database {how}") for how in ("silent", "killed", "slow")),
    *(("sqlite", f"database {how}") for how in ("locked", "slow")),
    *(("postgresql", f"redis {how}") for how in ("silent", "killed", "slow")),
    *(("sqlite", f"Discord {how}") for how in ("503", "unreachable", "slow", "429")),
    *(("sqlite", f"process {how}") for how in ("stopped", "killed", "silent", "slow")),
]
LASTING = [
    ("postgresql", "database silent"),
    ("postgresql", "database killed"),
    ("sqlite", "database locked"),
    ("postgresql", "redis killed"),
    ("sqlite", "Discord 503"),
    ("sqlite", "Discord unreachable"),
    ("postgresql", "process killed"),
    ("sqlite", "process silent"),
]


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


def by_row(fault, seconds):
    """Return what makes a row of the matrix."""
    return lambda world: Row(world, FIRST_ROW + int(seconds), fault=fault, seconds=seconds)


def seeds(kind, part):
    """Return the seeds that were asked for, or those of a part of all."""
    if chosen := os.environ.get("SCHEDULE_SEED"):
        return [int(one) for one in chosen.split(",")]
    first = (0 if kind == "sqlite" else FIRST_POSTGRESQL) + part * AT_ONCE
    return range(first, first + AT_ONCE)


@pytest.mark.parametrize("seed", [0, pytest.param(3, marks=pytest.mark.long)])
async def test_nothing_is_lost_in_a_random_schedule(tmp_path, seed):
    assert await run("sqlite", tmp_path, [by_seed(seed, fault=SHORT[seed])]) == []


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_nothing_is_lost_in_many_random_schedules(kind, part, tmp_path):
    assert await run(kind, tmp_path, [by_seed(seed) for seed in seeds(kind, part)]) == []


@pytest.mark.parametrize(
    "fault", ["database locked", pytest.param("Discord 503", marks=pytest.mark.long)]
)
async def test_nothing_is_lost_whatever_people_do_in_an_outage(fault, tmp_path):
    assert await run("sqlite", tmp_path, [by_row(fault, SECONDS)]) == []


@pytest.mark.long
@pytest.mark.timeout(1200)
@pytest.mark.parametrize(("kind", "fault"), ROWS)
async def test_a_row_of_the_matrix(kind, fault, tmp_path):
    assert await run(kind, tmp_path, [by_row(fault, seconds) for seconds in (SECONDS, 20)]) == []


@pytest.mark.long
@pytest.mark.timeout(1200)
@pytest.mark.parametrize(("kind", "fault"), LASTING)
async def test_a_row_of_the_matrix_that_lasts_five_minutes(kind, fault, tmp_path):
    assert await run(kind, tmp_path, [by_row(fault, MINUTES)]) == []


@pytest.mark.long
@pytest.mark.timeout(1800)
async def test_ten_minutes_without_elasticsearch_cost_nothing(tmp_path):
    row = by_row("Elasticsearch away", TEN_MINUTES)
    assert await run(ALL_SERVICES, tmp_path, [row]) == []
