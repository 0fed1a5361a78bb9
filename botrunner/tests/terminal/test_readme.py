"""README's first conversation is what a new installation says."""

from __future__ import annotations

import re

import pytest
from django.conf import settings

from whisper.tests.commands import started

README = (settings.BASE_DIR / "README.md").read_text()
SAMPLE = README.partition("<!-- sample: begin -->")[2].partition("<!-- sample: end -->")[0]
TYPED = re.compile(r"\$ printf '(.*)' \| make run 2>setup\.log")


def conversations() -> list[tuple[str, list[str]]]:
    """Return what is typed in each of the sample's runs, and the replies."""
    found: list[tuple[str, list[str]]] = []
    for line in filter(None, map(str.strip, SAMPLE.splitlines())):
        if typed := TYPED.fullmatch(line):
            found.append((typed[1].replace("\\n", "\n"), []))
        else:
            found[-1][1].append(line)
    return found


@pytest.mark.slow
def test_the_sample_of_the_readme_is_what_is_replied(tmp_path):
    runs = conversations()
    assert len(runs) == 2
    for typed, replies in runs:
        with started(tmp_path, "runbot", "--terminal") as chat:
            said, _ = chat.communicate(typed, timeout=100)
        assert said.splitlines() == replies
