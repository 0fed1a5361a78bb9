"""The guide of the move, written from what the drill did."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from textwrap import wrap

from bench.migration.installation import Step
from bench.migration.phases import PEOPLE, Phase, seconds

WIDTH = 100
# Of what a command prints, the last lines.
SHOWN = 2
INTRODUCTION = """\
# Moving from the older bot

This page is written by `make drill`, which performs the whole move and each phase's way back while
somebody talks to the bot. Each phase can be made on its own, checked and taken back, and Whisper
only reads the older bot's files.

On the day:

1. Read [import](import.md): what is brought along, repaired and skipped, and how consent is kept.
2. Note the time zone of the older bot's host: its times have none. Here it is `UTC`.
3. Try the imports with `--dry-run` and read the reports.
4. Go through the phases in this order, as far as you need them. Check each before the next one.
5. Keep the older bot's files until you are sure. If you imported while it still ran, import again
   once it has stopped: only what is new is added.
6. Tell people that they can see, correct and delete what was brought along
   ([privacy](privacy.md)).

"""


def guide(phases: Sequence[Phase], messages: int) -> str:
    """Return the page.

    Args:
        messages: how many the older bot's stores were made of.
    """
    return INTRODUCTION + "\n".join([*_table(phases, messages), *_sections(phases)])


def _table(phases: Sequence[Phase], messages: int) -> Iterator[str]:
    yield from wrap(
        f"Measured with the stores of {PEOPLE} people and {messages:,} messages, on "
        f"{os.cpu_count()} processors with a load of {os.getloadavg()[2]:.0f}, so that many "
        "processes wait for one. Each command includes its start:",
        WIDTH,
    )
    yield from ("", "| phase | steps | check | way back |", "|---|---|---|---|")
    for phase in phases:
        back = _time(phase.back, "a restart" if phase.way_back else "–")
        yield f"| {phase.name} | {_time(phase.steps)} | {_time(phase.checks)} | {back} |"
    yield ""


def _time(steps: Sequence[Step], otherwise: str = "–") -> str:
    return f"{seconds(steps):.0f} s" if steps else otherwise


def _sections(phases: Sequence[Phase]) -> Iterator[str]:
    for phase in phases:
        yield from (f"## {phase.name}", "")
        yield from _paragraph(f"**When:** {phase.when}")
        yield from _paragraph(f"**Steps:** {phase.how}")
        yield from _code(phase.steps)
        if phase.checks:
            yield from _paragraph("**Check:**")
            yield from _code(phase.checks)
        if phase.way_back:
            yield from _paragraph(f"**Way back:** {phase.way_back}")
            yield from _code(phase.back)
        yield from _paragraph("**Seen:**")
        for line in phase.found:
            yield from wrap(f"- {line}", WIDTH, subsequent_indent="  ")
        yield ""


def _paragraph(text: str) -> Iterator[str]:
    yield from (*wrap(text, WIDTH), "")


def _code(steps: Sequence[Step]) -> Iterator[str]:
    for step in steps:
        yield f"    $ .venv/bin/python {step.typed}    # {step.seconds:.1f} s"
        yield from (f"    {line}" for line in step.lines[-SHOWN:])
    if steps:
        yield ""
