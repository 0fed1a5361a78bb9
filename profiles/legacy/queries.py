"""Read who goes into an older bot's database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice

from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber

from profiles.models import Consent, EmotionRecord, Profile
from whisper.personal_data import erasures

# How many moods of a person the older bot keeps.
MOODS = 50
BATCH = 500


def count_to_export() -> int:
    """Return how many people may be exported."""
    return _may_go_out().count()


def people_to_export() -> Iterator[Sequence[Profile]]:
    """Yield batches of people who may be exported, by their ids."""
    erased = erasures.listed()
    people = _may_go_out().order_by("person_id").iterator(chunk_size=BATCH)
    while batch := list(islice(people, BATCH)):
        # Erased people are exported with later data only.
        yield [one for one in batch if not _is_erased(one, erased)]


def _is_erased(person: Profile, erased: Mapping[int, datetime]) -> bool:
    at = erased.get(person.person_id)
    return at is not None and person.created_at <= at


def latest_moods(people: Sequence[Profile]) -> dict[int, list[EmotionRecord]]:
    """Return the latest moods of each person by the key of their profile, oldest first."""
    number = Window(
        RowNumber(),
        partition_by=F("profile_id"),
        order_by=(F("felt_at").desc(), F("pk").desc()),
    )
    rows = EmotionRecord.objects.filter(profile__in=people).annotate(number=number)
    found: dict[int, list[EmotionRecord]] = {}
    for row in rows.filter(number__lte=MOODS).order_by("felt_at", "pk"):
        found.setdefault(row.profile_id, []).append(row)
    return found


def _may_go_out() -> QuerySet[Profile]:
    """Return everybody who did not decline."""
    denied = Consent.objects.filter(status=Consent.Status.DENIED).values("person_id")
    return Profile.objects.exclude(person_id__in=denied)
