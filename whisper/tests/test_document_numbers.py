"""Numbers that pages name are the numbers of the code.

A page may name any number; one that is a constant or the default of a setting belongs in `STATED`.
"""

from __future__ import annotations

import ast
import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings

from whisper.environment import Environment

SECONDS_OF = {"": 1, "s": 1, "second": 1, "minute": 60, "hour": 3600, "day": 86400}
NUMBER = r"(?P<number>\d[\d,.]*\d|\d)"
UNIT = r" (?P<unit>s|second|minute|hour|day)s?\b"

# The page, what stands around the number, and where the code has it: a constant of a module by its
# capital letters, the default of a setting by small ones.
STATED = [
    (
        "redis.md",
        f"each call waits at most {NUMBER}{UNIT}",
        "whisper/redis/keys.py:TIMEOUT_SECONDS",
    ),
    ("redis.md", f"one call took over {NUMBER}{UNIT}", "whisper/redis/keys.py:TIMEOUT_SECONDS"),
    ("redis.md", f"After {NUMBER} failures", "whisper/redis/breaker.py:FAILURES_TO_OPEN"),
    ("redis.md", f"every {NUMBER}{UNIT} beside", "whisper/circuit_breaker.py:PROBE_SECONDS"),
    ("redis.md", f"or after {NUMBER}{UNIT}", "botrunner/history/base.py:CLAIM_SECONDS"),
    ("redis.md", f"or {NUMBER}{UNIT} after the process", "whisper/redis/turns.py:TURN_SECONDS"),
    ("redis.md", f"within {NUMBER}{UNIT} \\|", "botrunner/history/switch.py:VERIFY_SECONDS"),
    ("redis.md", f"plain text for {NUMBER}{UNIT}", "conversation_cache_timeout_minutes"),
    ("search.md", f"At most {NUMBER} characters", "memories/search/base.py:LONGEST_TEXT"),
    ("relationship.md", f"silent for {NUMBER}{UNIT}", "profiles/relationship/rules.py:SILENCE"),
    (
        "relationship.md",
        f"the next after {NUMBER}{UNIT}",
        "profiles/relationship/rules.py:DISTANCE",
    ),
    ("relationship.md", f"ends after {NUMBER}{UNIT}", "profiles/relationship/rules.py:SESSION_GAP"),
    ("relationship.md", f"the latest {NUMBER}", "profiles/relationship/signs.py:MOST_SIGNS"),
    ("relationship.md", f"must come {NUMBER} more", "profiles/relationship/rules.py:WARMING"),
    ("relationship.md", f"After {NUMBER} messages and", "profiles/personality.py:LEAST_MESSAGES"),
    ("relationship.md", f"messages and {NUMBER} words", "profiles/personality.py:LEAST_WORDS"),
    ("relationship.md", f"with {NUMBER} words by half", "profiles/personality.py:HALF_BELIEVED"),
    ("relationship.md", f"from it than {NUMBER}", "profiles/personality.py:REACH"),
    ("privacy.md", f"the newest {NUMBER} of a person", "memories/actions.py:DECISIONS"),
    ("emotions.md", f"the last {NUMBER} moods", "profiles/emotions/state.py:WINDOW"),
    ("emotions.md", f"each of the last {NUMBER} days", "profiles/emotions/state.py:DAYS"),
    ("discord.md", f"in hand, for {NUMBER}{UNIT}", "botrunner/process.py:FINISH_SECONDS"),
    ("discord.md", f"within {NUMBER}{UNIT}", "botrunner/conversation/queries.py:RECOVERED"),
    (
        "discord.md",
        f"two attempts is {NUMBER}{UNIT}",
        "botrunner/discord_bot/supervisor.py:LONGEST_PAUSE",
    ),
    ("discord.md", rf"`DISCORD_CONNECT_TIMEOUT` seconds \({NUMBER}\)", "discord_connect_timeout"),
    ("elasticsearch.md", rf"SEARCH_TIMEOUT` \| {NUMBER}", "elasticsearch_search_timeout"),
    ("elasticsearch.md", rf"REQUEST_TIMEOUT` \| {NUMBER}", "elasticsearch_request_timeout"),
    ("language-models.md", rf"CONNECTION_TIMEOUT` \| {NUMBER}", "llm_connection_timeout"),
    ("language-models.md", rf"REQUEST_TIMEOUT` \| {NUMBER}", "llm_request_timeout"),
    ("language-models.md", rf"IDLE_TIMEOUT` \| {NUMBER}", "llm_idle_timeout"),
    (
        "language-models.md",
        f"after about {NUMBER}",
        "botrunner/llm/openai_client.py:FIRST_RETRY_SECONDS",
    ),
]


def constant(place: str) -> float:
    """Return a number as the code ships it, a span of time in seconds; a test may have set another.

    Args:
        place: as in `STATED`.
    """
    path, _, name = place.partition(":")
    if not name:
        value: Any = Environment.model_fields[path].default
        return float(value) * (60 if path.endswith("_minutes") else 1)
    for line in ast.parse((settings.BASE_DIR / path).read_text()).body:
        if isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) == name:
            value = eval(ast.unparse(line.value), {"timedelta": timedelta})
            return float(value.total_seconds() if isinstance(value, timedelta) else value)
    raise LookupError(place)


def stated(page: str, pattern: str) -> float:
    """Return the number that a page names, a span of time in seconds."""
    text = (settings.BASE_DIR / "docs" / page).read_text()
    found = re.search(pattern.replace(" ", r"\s+"), text)
    assert found, f"{page} no longer says it like this: change the pattern with the page"
    unit = found.groupdict().get("unit") or ""
    return float(found["number"].replace(",", "")) * SECONDS_OF[unit]


@pytest.mark.parametrize(("page", "pattern", "place"), STATED)
def test_a_number_on_a_page_is_the_number_of_the_code(page, pattern, place):
    assert stated(page, pattern) == pytest.approx(constant(place))


def test_a_page_with_another_number_is_noticed(monkeypatch, tmp_path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "redis.md").write_text("each call\nwaits at most 2 minutes")
    monkeypatch.setattr(settings, "BASE_DIR", tmp_path)
    assert stated(*STATED[0][:2]) == 120
