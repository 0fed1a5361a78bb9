"""The guide of the move, written from what the drill did."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap

from bench.migration.installation import Step
from bench.migration.phases import Phase, seconds

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
        "Measured on a virtual machine with 2 cores that was busy with other work, with the stores "
        f"of 20 people and {messages:,} messages. Each command includes its start:",
        WIDTH,
    )
    yield ""
    yield "| phase | steps | check | way back |"
    yield "|---|---|---|---|"
    for phase in phases:
        times = (phase.steps, phase.checks, phase.back)
        shown = [f"{seconds(steps):.0f} s" if steps else "a restart" for steps in times]
        yield f"| {phase.name} | {' | '.join(shown)} |"
    yield ""


def _sections(phases: Sequence[Phase]) -> Iterator[str]:
    for phase in phases:
        yield from (f"## {phase.name}", "", f"**When:** {phase.when}", "")
        if phase.setting:
            yield from (f"Set `{phase.setting}` in `.env` and restart.", "")
        yield from _block("", phase.steps)
        yield from _block("**Check:**", phase.checks)
        if phase.back_setting or phase.back:
            yield from _block(f"**Way back:**{_change(phase)}", phase.back)
        yield from ("**Seen:**", "")
        for line in phase.found:
            yield from wrap(f"- {line}", WIDTH, subsequent_indent="  ")
        yield ""


def _change(phase: Phase) -> str:
    return f" `{phase.back_setting}` in `.env`, and restart." if phase.back_setting else ""


def _block(title: str, steps: Sequence[Step]) -> Iterator[str]:
    if title:
        yield from (title, "")
    for step in steps:
        yield f"    $ .venv/bin/python {step.typed}    # {step.seconds:.1f} s"
        yield from (f"    {line}" for line in step.lines[-SHOWN:])
    if steps:
        yield ""
