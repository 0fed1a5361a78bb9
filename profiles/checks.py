"""What the administrator should know about moods."""

from __future__ import annotations

from typing import Any

from django.core.checks import Warning, register

from profiles.emotions.model import states_known
from profiles.models import Emotion
from whisper.checks import AT_START


@register(AT_START)
def the_classifier_knows_every_state(**_: Any) -> list[Warning]:
    """Tell when the mood classifier was trained on other states than there are."""
    known, states = set(states_known()), set(Emotion.values)
    if known == states:
        return []
    new, old = ", ".join(sorted(states - known)), ", ".join(sorted(known - states))
    differences = [f"it never names {new}"] * bool(new) + [f"it still knows {old}"] * bool(old)
    return [
        Warning(
            f"The mood classifier was trained on other states: {'; '.join(differences)}.",
            hint="Retrain it: `manage.py train_emotions FOLDER` with GoEmotions' files.",
            id="profiles.W001",
        )
    ]
