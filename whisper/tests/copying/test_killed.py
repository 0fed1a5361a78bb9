"""A copy that is killed at any moment continues, and ends as if it had not been."""

from __future__ import annotations

import random
import signal

import pytest
from django.core.management import call_command

from whisper.copying.locations import named
from whisper.tests.copying.killed_copy import ROWS_A_TRANSACTION, copy_in_a_process
from whisper.tests.database_copies import fill, held, make

pytestmark = pytest.mark.slow

MESSAGES = 1_500
# Of all three people, most in one transaction each.
TRANSACTIONS = 3 * MESSAGES // ROWS_A_TRANSACTION
# A transaction takes less: the end comes before, within or after one.
LONGEST_DELAY = 0.005


@pytest.mark.parametrize(
    "kills", [4, pytest.param(20, marks=[pytest.mark.long, pytest.mark.timeout(300)])]
)
@pytest.mark.parametrize(
    ("here", "there"),
    [
        pytest.param("sqlite", "sqlite", marks=pytest.mark.long),
        pytest.param("sqlite", "postgresql", marks=pytest.mark.service),
        pytest.param("postgresql", "sqlite", marks=[pytest.mark.service, pytest.mark.long]),
    ],
)
def test_a_copy_that_was_killed_ends_the_same(new_url, here, there, kills):
    source, target = new_url(here), new_url(there)
    fill(make(source), MESSAGES)
    chance = random.Random()

    # Together at most as many steps as there are transactions: the copy is never done before.
    ends = [
        copy_in_a_process(
            source,
            target,
            steps=chance.randint(1, TRANSACTIONS // kills),
            delay=chance.uniform(0, LONGEST_DELAY),
        )
        for _ in range(kills)
    ]

    assert ends == [-signal.SIGKILL] * kills
    assert copy_in_a_process(source, target, steps=0, delay=0) == 0
    assert held(named(target)) == held(named(source))


def test_a_copy_that_is_killed_while_it_compares_only_compares_again(new_url, capfd):
    source, target = new_url("sqlite"), new_url("sqlite")
    fill(make(source), messages=20)
    written = 200 // ROWS_A_TRANSACTION
    assert copy_in_a_process(source, target, steps=written + 40, delay=0) == -signal.SIGKILL
    call_command("copy_database", source, target, "--resume")
    assert "rows written" not in capfd.readouterr().out
    assert held(named(target)) == held(named(source))
