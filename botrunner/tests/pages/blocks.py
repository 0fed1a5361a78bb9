"""Find the code blocks of the documentation's pages, and what to type of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from django.conf import settings

from whisper.documents import PAGES

# Between two such marks stands what a test of its own compares.
COMPARED = re.compile(r"<!-- (dialogue|chaos): begin.*?<!-- \1: end -->", re.DOTALL)
_SETTING = re.compile(r"[A-Z][A-Z_]+=\S*")


@dataclass(frozen=True, slots=True)
class Command:
    """Something to type, and the lines that a page shows as its output."""

    typed: str
    shown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Block:
    """A code block of a page."""

    page: str
    line: int
    text: str

    def __str__(self) -> str:
        """Return where it stands."""
        return f"{self.page}:{self.line}"

    @cached_property
    def is_settings(self) -> bool:
        """Return whether it is a part of `.env`."""
        return all(_SETTING.fullmatch(line) for line in self.text.splitlines())

    @cached_property
    def is_json(self) -> bool:
        """Return whether it is JSON."""
        try:
            json.loads(self.text)
        except ValueError:
            return False
        return True

    @cached_property
    def commands(self) -> tuple[Command, ...]:
        """Return what to type, one after the other."""
        if self.is_settings or self.is_json:
            return ()
        if self.text.startswith("from "):
            return (Command(_in_a_shell(self.text)),)
        if self.text.startswith("$ "):
            return tuple(_with_output(self.text))
        lines = re.sub(r"\\\n\s*", "", self.text).splitlines()
        return tuple(Command(line) for line in lines if line and not line.startswith("#"))


def _with_output(text: str) -> Iterator[Command]:
    """Yield the commands of a session that a page shows with their output."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        typed, *shown = filter(None, map(str.rstrip, part.splitlines()))
        yield Command(typed, tuple(shown))


def _in_a_shell(text: str) -> str:
    """Return a command that runs Python of a page, which awaits."""
    body = "\n".join(f"    {line}" for line in text.splitlines())
    code = f"import asyncio\nperson_id = 1\nasync def page():\n{body}\nasyncio.run(page())\n"
    return f".venv/bin/python manage.py shell --no-imports -c '{code}'"


def pages() -> list[str]:
    """Return the pages that are written by hand."""
    files = [*settings.BASE_DIR.glob("*.md"), *(settings.BASE_DIR / "docs").rglob("*.md")]
    return sorted({str(file.relative_to(settings.BASE_DIR)) for file in files} - PAGES.keys())


def blocks_of(page: str) -> list[Block]:
    """Return the code blocks of a page, but for those that another test compares."""
    text = (settings.BASE_DIR / page).read_text()
    text = COMPARED.sub(lambda found: "\n" * found[0].count("\n"), text)
    lines = list(enumerate(text.splitlines(), 1))
    found = []
    # Lines of a list are indented by less than what stands within them as code.
    for is_code, group in groupby(lines, lambda line: _is_code(line[1])):
        if is_code:
            found.append(list(group))
    return [_block(page, group) for group in _joined(found, dict(lines))]


def _is_code(line: str) -> bool:
    return line.startswith("    ")


def _joined(
    groups: list[list[tuple[int, str]]], lines: dict[int, str]
) -> Iterator[list[tuple[int, str]]]:
    """Yield groups of lines of code, those that only empty lines divide as one."""
    kept: list[tuple[int, str]] = []
    for group in groups:
        between = range(kept[-1][0] + 1 if kept else 0, group[0][0])
        if kept and not any(lines[number].strip() for number in between):
            kept += [(number, "") for number in between] + group
            continue
        if kept:
            yield kept
        kept = group
    if kept:
        yield kept


def _block(page: str, group: list[tuple[int, str]]) -> Block:
    width = min(len(line) - len(line.lstrip()) for _, line in group if line)
    return Block(page, group[0][0], "\n".join(line[width:] for _, line in group))
