"""The tables of docs/privacy.md say what the code does."""

from __future__ import annotations

import pytest
from django.conf import settings

from profiles.models import AGREED, Consent
from profiles.privacy import LEVELS, Way
from whisper import retention
from whisper.environment import Environment

PAGE = (settings.BASE_DIR / "docs" / "privacy.md").read_text()
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if line.startswith("| ")
]
PERIODS = {
    name.strip("`").lower(): int(period.split(":")[0])
    for _, name, period in (row for row in ROWS if len(row) == 3)
    if name.endswith("_DAYS`")
}


def test_each_state_of_consent_says_whether_people_are_remembered():
    told = {row[0]: row[2].startswith("yes") for row in ROWS if row[0] in Consent.Status.values}
    assert told == {one.value: one in AGREED for one in Consent.Status}


@pytest.mark.parametrize("way", Way)
def test_each_way_says_which_levels_open_it(way):
    (row,) = [row for row in ROWS if row[0].startswith(f"`{way}`")]
    levels = (Consent.Level.STRICT, Consent.Level.MODERATE, Consent.Level.PERMISSIVE)
    assert row[1:] == [*("yes" if way in LEVELS[one] else "–" for one in levels), "choice"]


def test_each_period_is_the_settings_default():
    defaults = Environment(_env_file=None)
    assert {name: getattr(defaults, name) for name in PERIODS} == PERIODS
    assert {one.setting for one in retention.limits() if one.setting} <= PERIODS.keys()
