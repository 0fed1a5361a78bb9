"""What the pages of personas show: versions with what changed, and where each is used."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botrunner.conversation.persona import DEFAULT, PERSONAS
from botrunner.llm.tokens import count_tokens
from botrunner.models import Persona, PersonaChoice
from botrunner.personas.places import PersonaPlace
from botrunner.personas.queries import choices_by_persona, with_latest
from memories.queries import names_of_places
from whisper.action_log.queries import names_of_accounts
from whisper.environment import environment

EVERYWHERE = "everywhere"
VERSIONS = 30
BEGINNING = 400


@dataclass(frozen=True, slots=True)
class Listed:
    """A persona in the list.

    Args:
        number: its version in use.
        places: where it is used, in words.
    """

    persona: Persona
    number: int
    tokens: int
    beginning: str
    made_at: datetime
    places: Sequence[str]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A place with its persona."""

    key: str
    name: str
    persona: Persona


@dataclass(frozen=True, slots=True)
class Version:
    """A version, and what it changed.

    Args:
        lines: kind (`same`, `added`, `gone`) and text of each line, of changes and around them.
    """

    number: int
    made_at: datetime
    by: str
    reason: str
    lines: Sequence[tuple[str, str]]


def listed() -> list[Listed]:
    """Return all personas, by name."""
    rows: list[Any] = list(with_latest())
    used = choices_by_persona()
    names = names_of(place for places in used.values() for place in places)
    return [
        Listed(
            row,
            row.number,
            count_tokens(row.wording),
            " ".join(row.wording.split())[:BEGINNING],
            row.made_at,
            [names[place] for place in used.get(row.pk, ())],
        )
        for row in rows
    ]


def chosen() -> list[Chosen]:
    """Return the places with a persona of their own, everywhere first."""
    rows = list(PersonaChoice.objects.select_related("persona"))
    names = names_of(row.place for row in rows)
    found = [Chosen(row.place, names[row.place], row.persona) for row in rows]
    return sorted(found, key=lambda one: (one.key != EVERYWHERE, one.name.lower()))


def names_of(keys: Iterable[str]) -> dict[str, str]:
    """Return what places are called, by their keys."""
    places = {key: PersonaPlace.of(key) for key in keys}
    ids = {place.id for place in places.values() if place is not None}
    names = names_of_places(ids)
    return {key: _name(key, place, names) for key, place in places.items()}


def _name(key: str, place: PersonaPlace | None, names: dict[int, str]) -> str:
    if place is None or place.id is None:
        return "Everywhere" if place is not None else key
    name = names.get(place.id, str(place.id))
    return f"#{name}" if place.kind == "channel" else name


def versions_of(persona: Persona) -> list[Version]:
    """Return a persona's latest versions, the newest first, each with what it changed."""
    rows = list(persona.versions.order_by("-number")[: VERSIONS + 1])
    names = names_of_accounts(row.made_by for row in rows)
    before = [*(row.wording for row in rows[1:]), ""]
    return [
        Version(
            row.number,
            row.made_at,
            names.get(row.made_by or 0, "the command line"),
            row.reason,
            changed_lines(earlier, row.wording),
        )
        for row, earlier in zip(rows[:VERSIONS], before, strict=False)
    ]


def changed_lines(before: str, after: str) -> list[tuple[str, str]]:
    """Return the lines that differ between two texts, with one line around each change."""
    kinds = {" ": "same", "+": "added", "-": "gone"}
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=1)
    return [
        (kinds[line[0]], line[1:])
        for line in lines
        if line[:1] in kinds and not line.startswith(("+++", "---"))
    ]


def shipped() -> list[tuple[str, str]]:
    """Return the personas that come with the companion, as name and text."""
    files = sorted(PERSONAS.glob("*.md"), key=lambda file: file != DEFAULT)
    return [(file.stem.capitalize(), file.read_text("utf-8").strip()) for file in files]


def without_choice() -> str:
    """Return which persona applies where none is chosen, in words."""
    own = environment.bot_system_prompt_file
    return f"the file {own.name}" if own else f"{DEFAULT.stem.capitalize()} (built in)"
