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
        "analytics.md",
        f"fewer than {NUMBER} people spoke",
        "memories/analytics/base.py:LEAST_PEOPLE",
    ),
    ("analytics.md", f"at least {NUMBER} people share", "memories/analytics/base.py:LEAST_PEOPLE"),
    (
        "analytics.md",
        f"at least {NUMBER} people have spoken",
        "memories/analytics/base.py:LEAST_PEOPLE",
    ),
    (
        "analytics.md",
        f"What fewer than {NUMBER} people",
        "memories/analytics/base.py:LEAST_PEOPLE",
    ),
    ("console.md", f"fewer than {NUMBER} people share", "memories/analytics/base.py:LEAST_PEOPLE"),
    (
        "analytics.md",
        f"can ask every {NUMBER}{UNIT}",
        "botrunner/discord_bot/views/analytics.py:EVERY_SECONDS",
    ),
    ("backup.md", f"tries again after {NUMBER}{UNIT}", "whisper/periodic.py:FIRST_RETRY"),
    ("backup.md", f"intervals of up to {NUMBER}{UNIT}", "whisper/periodic.py:LONGEST_RETRY"),
    (
        "backup.md",
        f"made within {NUMBER}{UNIT} of the start",
        "whisper/backups/health.py:FIRST_WITHIN",
    ),
    (
        "discord.md",
        f"up to {NUMBER} messages of the last",
        "botrunner/discord_bot/reading/rooms.py:LINES",
    ),
    (
        "discord.md",
        f"messages of the last {NUMBER}{UNIT}",
        "botrunner/discord_bot/reading/rooms.py:LATELY",
    ),
    (
        "discord.md",
        rf"process\s+for up to {NUMBER}{UNIT}",
        "botrunner/discord_bot/reading/rooms.py:HELD_SECONDS",
    ),
    ("discord.md", f"spends up to {NUMBER}{UNIT}", "botrunner/process.py:FINISH_SECONDS"),
    ("discord.md", rf"`REPLY_RECOVERY_HOURS` \({NUMBER}\)", "reply_recovery_hours"),
    (
        "discord.md",
        f"two attempts is {NUMBER}{UNIT}",
        "botrunner/discord_bot/supervisor.py:LONGEST_PAUSE",
    ),
    ("reliability.md", f"grow to {NUMBER}{UNIT}", "botrunner/conversation/turns.py:LONGEST_PAUSE"),
    ("discord.md", rf"`DISCORD_CONNECT_TIMEOUT` seconds \({NUMBER}\)", "discord_connect_timeout"),
    (
        "elasticsearch.md",
        f"no more than {NUMBER} memories",
        "memories/index/elasticsearch/preparing.py:FEW",
    ),
    ("emotions.md", f"the last {NUMBER} moods", "profiles/emotions/state.py:WINDOW"),
    ("emotions.md", f"each of the last {NUMBER} days", "profiles/emotions/state.py:DAYS"),
    ("emotions.md", f"they differ by {NUMBER}", "profiles/emotions/state.py:TURN"),
    ("emotions.md", f"From {NUMBER} it is reported", "profiles/emotions/state.py:RESTLESS"),
    ("emotions.md", f"from 0 to {NUMBER}", "profiles/emotions/escalation.py:MOST"),
    ("emotions.md", f"From {NUMBER} on, the prompt", "profiles/emotions/escalation.py:WARNING"),
    ("emotions.md", f"longer than {NUMBER}", "profiles/emotions/danger/fold.py:MOST_CHARACTERS"),
    ("import.md", f"the latest {NUMBER} moods", "profiles/legacy/queries.py:MOODS"),
    ("import.md", f"or more than {NUMBER}", "profiles/relationship/signs.py:MOST_SIGNS"),
    ("import.md", f"all of a sample of {NUMBER}", "memories/legacy/trust.py:SAMPLE"),
    ("import.md", rf"\(cosine {NUMBER}", "memories/legacy/trust.py:AGREES"),
    (
        "language-models.md",
        f"waits about {NUMBER}",
        "botrunner/llm/openai_client.py:FIRST_RETRY_SECONDS",
    ),
    ("memory.md", f"proposes {NUMBER} of the", "memories/recall/recalling.py:CANDIDATES"),
    (
        "memory.md",
        f"until {NUMBER}{UNIT} of silence",
        "memories/index/sessions.py:SILENCE_SECONDS",
    ),
    ("privacy.md", f"silent for {NUMBER}{UNIT}", "conversation_cache_timeout_minutes"),
    ("privacy.md", f"the newest {NUMBER} of a person", "memories/actions/messages.py:DECISIONS"),
    ("privacy.md", f"shows the last {NUMBER}", "botrunner/conversation/consent.py:SHOWN_DECISIONS"),
    (
        "privacy.md",
        rf"tokens of other programs \| – \| {NUMBER}{UNIT}",
        "whisper/tokens/actions.py:REMEMBERED",
    ),
    (
        "privacy.md",
        rf"brought back \| – \| {NUMBER}{UNIT}",
        "memories/actions/forgetting.py:UNDONE_WITHIN",
    ),
    ("privacy.md", rf"reminders[^|]*\| – \| {NUMBER}{UNIT}", "botrunner/reminders/actions.py:KEPT"),
    ("privacy.md", rf"data folder \| – \| {NUMBER}{UNIT}", "botrunner/jobs.py:EXPORTS_KEPT"),
    (
        "privacy.md",
        f"picks it up after {NUMBER}{UNIT}",
        "whisper/personal_data/erasures.py:FINISHED_AFTER",
    ),
    ("privacy.md", f"files {NUMBER}{UNIT} after", "whisper/personal_data/purging.py:PURGED_AFTER"),
    ("privacy.md", f"A reason holds for {NUMBER}{UNIT}", "whisper/console/reading.py:KEPT"),
    ("privacy.md", rf"`PURGE_LOCK_SECONDS` \({NUMBER}", "purge_lock_seconds"),
    ("privacy.md", rf"`REMOVED_PLACE_RETENTION_DAYS` \({NUMBER}", "removed_place_retention_days"),
    (
        "templates/privacy-policy.md",
        rf"silent for \[{NUMBER}\]{UNIT}",
        "conversation_cache_timeout_minutes",
    ),
    ("templates/privacy-policy.md", rf"given is kept for \[{NUMBER}\]", "trace_retention_days"),
    ("templates/privacy-policy.md", rf"moods for \[{NUMBER}\]", "mood_retention_days"),
    ("templates/privacy-policy.md", rf"read for \[{NUMBER}\]", "action_log_retention_days"),
    ("templates/privacy-policy.md", rf"messages for \[{NUMBER}\]", "import_retention_days"),
    (
        "templates/privacy-policy.md",
        rf"erased after \[{NUMBER}\]",
        "removed_place_retention_days",
    ),
    ("security.md", f"that at least {NUMBER} people", "memories/analytics/base.py:LEAST_PEOPLE"),
    ("security.md", f"at most {NUMBER} visible", "whisper/names.py:LONGEST"),
    ("security.md", f"At most {NUMBER} tries", "whisper/tests/test_signing_in.py:TRIES"),
    (
        "redis.md",
        f"each call waits at most {NUMBER}{UNIT}",
        "whisper/redis/keys.py:TIMEOUT_SECONDS",
    ),
    ("redis.md", f"One call took over {NUMBER}{UNIT}", "whisper/redis/keys.py:TIMEOUT_SECONDS"),
    ("redis.md", f"After {NUMBER} failures", "whisper/redis/breaker.py:FAILURES_TO_OPEN"),
    (
        "redis.md",
        f"every {NUMBER}{UNIT} in the background",
        "whisper/circuit_breaker.py:PROBE_SECONDS",
    ),
    ("redis.md", f"or after {NUMBER}{UNIT}", "botrunner/history/base.py:CLAIM_SECONDS"),
    ("redis.md", f"or {NUMBER}{UNIT} after the process", "whisper/redis/turns.py:TURN_SECONDS"),
    ("redis.md", f"respond within {NUMBER}{UNIT}", "botrunner/history/switch.py:VERIFY_SECONDS"),
    ("redis.md", f"plain text for {NUMBER}{UNIT}", "conversation_cache_timeout_minutes"),
    ("redis.md", f"uses the last {NUMBER} messages", "botrunner/conversation/context.py:HISTORY"),
    ("relationship.md", f"silent for {NUMBER}{UNIT}", "profiles/relationship/rules.py:SILENCE"),
    (
        "relationship.md",
        f"the next after {NUMBER}{UNIT}",
        "profiles/relationship/rules.py:DISTANCE",
    ),
    ("relationship.md", f"ends after {NUMBER} hours", "session_gap_hours"),
    ("relationship.md", f"the latest {NUMBER}", "profiles/relationship/signs.py:MOST_SIGNS"),
    ("relationship.md", f"must come {NUMBER} more", "profiles/relationship/rules.py:WARMING"),
    ("relationship.md", f"After {NUMBER} messages and", "profiles/personality.py:LEAST_MESSAGES"),
    ("relationship.md", f"messages and {NUMBER} words", "profiles/personality.py:LEAST_WORDS"),
    (
        "relationship.md",
        f"every {NUMBER} conversations",
        "botrunner/conversation/handlers.py:DESCRIBED_EVERY",
    ),
    ("relationship.md", f"with {NUMBER} words by half", "profiles/personality.py:HALF_BELIEVED"),
    ("relationship.md", f"from it than {NUMBER}", "profiles/personality.py:REACH"),
    ("search.md", f"At most {NUMBER} characters", "memories/search/base.py:LONGEST_TEXT"),
    ("search.md", f"ranks the {NUMBER} nearest", "memories/search/base.py:WINDOW"),
    ("sizing.md", rf"`MEMORY_INDEX_MEGABYTES` \({NUMBER}", "memory_index_megabytes"),
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
    assert stated("redis.md", f"each call waits at most {NUMBER}{UNIT}") == 120
