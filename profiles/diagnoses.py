"""What `manage.py doctor` looks at of profiles."""

from __future__ import annotations

from collections.abc import Iterator

from profiles.checks import the_classifier_knows_every_state
from profiles.models import Emotion
from whisper.doctor import Finding, examines, fine, poor


@examines("moods")
def _moods() -> Iterator[Finding]:
    warnings = the_classifier_knows_every_state()
    if not warnings:
        yield fine(f"the classifier knows all {len(Emotion)} states")
    for warning in warnings:
        yield poor(warning.msg.rstrip("."), str(warning.hint).rstrip("."))
