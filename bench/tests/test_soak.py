"""What a soak makes of what it saw."""

from __future__ import annotations

from bench.soak import Look, rows


def looks(*, megabytes_an_hour: float = 0.0, files_an_hour: float = 0.0) -> list[Look]:
    """Return an hour of looks, of which the first ten minutes grow whatever follows."""
    found = []
    for minute in range(61):
        hours = minute / 60
        start = min(minute, 10) * 20.0
        found.append(
            Look(
                minute * 60.0,
                minute * 60,
                200 + start + hours * megabytes_an_hour,
                20 + int(hours * files_an_hour),
                10,
                12,
                40,
                1000.0 + minute * 120,
            )
        )
    return found


def test_what_is_flat_once_it_has_settled_holds():
    memory, *counted, disk = rows(looks())
    assert [row.met for row in (memory, *counted)] == [True] * 5
    assert memory.values["values"] == "400 to 400 MB, +0.0 KB a message"
    assert disk.values["values"] == "2.0 KB in the first half, 2.0 KB in the second"


def test_memory_that_keeps_growing_is_found():
    memory, *_ = rows(looks(megabytes_an_hour=60))
    assert memory.met is False
    assert "+17.1 KB a message" in memory.values["values"]


def test_files_that_stay_open_are_found():
    _, files, *_ = rows(looks(files_an_hour=20))
    assert files.met is False
