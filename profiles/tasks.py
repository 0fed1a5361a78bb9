"""Tasks of profiles: changes of many people."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial

from django.utils import timezone

from profiles.models import Profile
from profiles.relationship.actions import (
    forget_moods,
    forget_personality,
    forget_trust,
    wish_distance,
)
from whisper.action_log import Actor
from whisper.tasks.many import Action, Change, register_change

CHANGE = "profiles.change_profile"
# Each takes several statements, and its person waits until the last one's are done.
PEOPLE_AT_ONCE = 20


def _each(change: Callable[..., object]) -> Action:
    """Return what makes a change of one person for several."""

    def make(keys: Collection[int], *, actor: Actor, reason: str) -> int:
        people = list(Profile.objects.filter(pk__in=keys).values_list("person_id", flat=True))
        for person_id in people:
            change(person_id, actor=actor, reason=reason)
        return len(people)

    return make


def _distance(wished: bool) -> Action:
    return _each(partial(wish_distance, wished=wished, at=timezone.now()))


for _name, _title, _icon, _begin in (
    ("keep_distance", "Keeping distance", "social_distance", lambda selection: _distance(True)),
    ("end_distance", "End of keeping distance", "group", lambda selection: _distance(False)),
    ("forget_trust", "Forgetting of trust", "handshake", lambda selection: _each(forget_trust)),
    ("forget_moods", "Forgetting of moods", "mood", lambda selection: _each(forget_moods)),
    (
        "forget_personality",
        "Forgetting of personalities",
        "psychology",
        lambda selection: _each(forget_personality),
    ),
):
    register_change(
        Change(_name, _title, _icon, CHANGE, Profile, "people", _begin, most=PEOPLE_AT_ONCE)
    )
