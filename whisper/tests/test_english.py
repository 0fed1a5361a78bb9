"""What people read is plain English: habits that crept in before do not come back."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

from whisper.tests.sources import APPS, modules, reads_all_modules

pytestmark = [reads_all_modules, pytest.mark.heavy]
ROOT = Path(settings.BASE_DIR)
TEMPLATES = ROOT / "templates"
# A habit, and what to write in its place.
HABITS = {
    r"for whoever asks": "lets each person …",
    r"\banew\b": "again",
    r"\b(rows|turns|memories|messages|lines) a (transaction|batch|day|minute|second)\b": "per …",
    r"(?<!there )\b(is|are|was) no (?!longer|more|such|newer|two)[a-z]": "isn't a …; must be a …",
    r"\bsuch as none\b": "name what is meant",
    r"\bby itself again\b|\bagain by itself\b": "on demand",
    r"\bstays silent until\b": "isn't used until",
    r"\bto me you are\b": "I think of you as",
    r"\bgoes on by itself\b": "continues",
    r"\bgo(es)? on (while|with|in|without|from|as)\b": "continues; keeps running",
    r"\bat the command line alone\b": "only from the command line",
    r"\btells of\b": "reports",
    r"\b(is|are) told (as|of|that)\b": "is reported as; hears that",
    r"\b(at most|for|after|within|up to|until|waits?) so (many|much|long|often)\b": "this many",
    r"\blook(ed|s|ing)? whether\b": "check whether",
    r"\bthat is for somebody else to decide\b": "only the person who was asked can …",
}
# Sentences that people said, and pieces of patterns over them, are not ours.
NOT_OURS = {"migrations", "sentences"}


def pages() -> Iterator[tuple[str, str]]:
    for path in (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *TEMPLATES.rglob("*.html")):
        for number, line in enumerate(path.read_text().splitlines(), start=1):
            yield f"{path.relative_to(ROOT)}:{number}", line


def comments() -> Iterator[tuple[str, str]]:
    for path in (path for app in APPS for path in (ROOT / app).rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if NOT_OURS & set(name.split("/")):
            continue
        for number, line in enumerate(path.read_text().splitlines(), start=1):
            yield f"{name}:{number}", line.partition("# ")[2]


def literals() -> Iterator[tuple[str, str]]:
    for path, tree in modules():
        if not NOT_OURS & set(path.split("/")):
            for node in ast.walk(tree):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield f"{path}:{node.lineno}", node.value


@cache
def all_texts() -> tuple[tuple[str, str], ...]:
    return (*pages(), *comments(), *literals())


@pytest.mark.parametrize("habit", HABITS)
def test_a_habit_stays_away(habit):
    found = [
        f"{where}: {text.strip()[:80]}"
        for where, text in all_texts()
        if re.search(habit, text, re.IGNORECASE)
    ]
    assert found == [], f"write instead: {HABITS[habit]}"
