"""Tests of what overload is measured by, and a short one of the real process."""

from __future__ import annotations

import pytest

from bench.overload import Measured, flood, flood_row, note_lateness

LOOKS = 1_000
PAGE = """
whisper_event_loop_{kind}_seconds_bucket{{le="0.05"}} {most}
whisper_event_loop_{kind}_seconds_bucket{{le="0.1"}} 998.0
whisper_event_loop_{kind}_seconds_bucket{{le="0.5"}} 1000.0
whisper_event_loop_{kind}_seconds_bucket{{le="+Inf"}} 1000.0
"""


@pytest.mark.parametrize(("computing", "met"), [(LOOKS, True), (LOOKS - 1, False)])
def test_the_event_loop_may_be_late_but_not_by_its_own_computing(computing, met):
    found = Measured(said=2_000)
    pages = {"blocked": LOOKS - 17, "computing": computing}
    note_lateness(found, "".join(PAGE.format(kind=kind, most=most) for kind, most in pages.items()))
    row = flood_row(found, "quiet")
    assert row.met is met
    assert "of 1000 looks 17 / 2 / 0 over" in row.values["event loop late"]


def test_an_event_loop_that_nobody_looked_at_is_not_enough():
    assert flood_row(Measured(said=2_000), "quiet").met is False


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.timeout(900)
async def test_two_hundred_messages_within_two_seconds_are_all_answered_once_and_in_order(
    monkeypatch,
):
    # The bot has a database of its own, in a file.
    for service in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(service, raising=False)
    found = await flood(0.1)
    assert found.said == 200
    assert found.replies > 0
    assert (found.lost, found.doubled, found.misplaced) == (0, 0, 0), found.log
    assert (found.tracebacks, found.outages) == (0, 0), found.log
    assert found.blocked is not None
