"""Read what is known of people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from profiles.models import AGREED, CLOSE, STRONG_DISTRESS, Consent, EmotionRecord, Profile
from profiles.privacy import Ways, ways_of
from whisper.database.prepared import prepared
from whisper.environment import environment
from whisper.personal_data.erasures import agreed_after, erased_at
from whisper.personal_data.extents import EVERYTHING, Extent

_consent = prepared(lambda person_id: Consent.objects.filter(person_id=person_id))
_held_consent = prepared(
    lambda person_id: Consent.objects.select_for_update(no_key=True).filter(person_id=person_id)
)
_profile = prepared(lambda person_id: Profile.objects.filter(person_id=person_id))
_held_profile = prepared(
    lambda person_id: Profile.objects.select_for_update().filter(person_id=person_id)
)


def consent_of(person_id: int) -> Consent | None:
    """Return what a person said to being remembered, None if they were never asked."""
    return _consent.first(person_id)


def names_of_people(ids: Iterable[int | None]) -> dict[int, str]:
    """Return what people are called, by id; of somebody without a name it is the id."""
    rows = Profile.objects.filter(person_id__in={one for one in ids if one is not None})
    return {row.person_id: str(row) for row in rows.only("person_id", "name", "preferred_name")}


def may_remember(person_id: int) -> bool:
    """Return whether what a person says may be kept."""
    consent = consent_of(person_id)
    return consent is not None and consent.allows_remembering


def open_ways(person_id: int) -> Ways:
    """Return the ways between places that a person opened for what they say."""
    return ways_of(consent_of(person_id))


def still_agrees(person_id: int, *, said_at: datetime | None = None) -> bool:
    """Return whether something may be kept; no erasure comes between until the transaction ends.

    Every writer of what is held about a person asks in the transaction that writes.

    Args:
        said_at: when what it is made from was said; nothing from before an erasure may be kept.
    """
    consent = held_consent(person_id)
    if consent is None or not consent.allows_remembering:
        return False
    erased = erased_at(person_id) if said_at is not None else None
    return said_at is None or erased is None or said_at > erased


def held_consent(person_id: int) -> Consent | None:
    """Return what `consent_of` does, locked until the transaction ends."""
    return _held_consent.first(person_id)


def erased_extent(person_id: int, *, erasure: datetime | None) -> Extent:
    """Return what of a person goes, or goes again.

    Args:
        erasure: when they were erased, if that is repeated; who agreed again after it keeps what
            is newer.
    """
    if erasure is None:
        return EVERYTHING
    extent = agreed_after(person_id, erasure)
    if extent is not None:
        return extent
    # The erasure came from the list into an older database: only the clock tells.
    consent = consent_of(person_id)
    if consent is None or not consent.allows_remembering:
        return EVERYTHING
    agreed_at = consent.decided_at or consent.asked_at
    return Extent(erasure) if agreed_at is not None and agreed_at > erasure else EVERYTHING


def refused(person_id: int, *, since: datetime) -> bool:
    """Return whether a person declined at a time or later, and still does."""
    consent = consent_of(person_id)
    if consent is None or consent.status != Consent.Status.DENIED:
        return False
    return consent.decided_at is not None and consent.decided_at >= since


def profile_of(person_id: int) -> Profile | None:
    """Return a person's profile, None if they have none."""
    return _profile.first(person_id)


def held_profile(person_id: int) -> Profile | None:
    """Return what `profile_of` does, locked until the transaction ends."""
    return _held_profile.first(person_id)


def refusals(person_ids: Iterable[int]) -> dict[int, datetime]:
    """Return since when each of these people does not want to be remembered."""
    return {row.person_id: row.decided_at for row in _denied(*person_ids) if row.decided_at}


_denied = prepared(
    lambda *people: Consent.objects.filter(
        person_id__in=people, status=Consent.Status.DENIED, decided_at__isnull=False
    )
)


def felt_lately(label: str, *, since: datetime, at_least: float = 0.0) -> QuerySet[EmotionRecord]:
    """Return the moods since a time in which a label was likely, latest first.

    Args:
        label: one of GoEmotions' labels.
        at_least: probability, 0 to 1; what is below `SMALLEST_SCORE` is not kept.
    """
    found = EmotionRecord.objects.filter(scores__holds=label, felt_at__gte=since)
    if at_least:
        found = found.filter(**{f"scores__{label}__gte": at_least})
    return found.order_by("-felt_at")


def moods_of(person_id: int, *, since: datetime, limit: int) -> list[EmotionRecord]:
    """Return how a person's latest messages since a time felt, oldest first."""
    rows = EmotionRecord.objects.filter(profile__person_id=person_id, felt_at__gte=since)
    return list(rows.order_by("-felt_at")[:limit])[::-1]


def in_distress(*, since: datetime) -> QuerySet[EmotionRecord]:
    """Return the moods of strong distress since a time, latest first."""
    return EmotionRecord.objects.filter(STRONG_DISTRESS, felt_at__gte=since).order_by("-felt_at")


def who_showed(sign: str) -> QuerySet[Profile]:
    """Return the people who showed a sign of trust."""
    return Profile.objects.filter(trust_indicators__holds=sign)


def silent_friends(*, before: datetime) -> QuerySet[Profile]:
    """Return who is close and has been silent since before a time, the longest silent first."""
    return Profile.objects.filter(CLOSE, last_interaction__lt=before).order_by("last_interaction")


def agreeing(now: datetime) -> QuerySet[Consent]:
    """Return the consents of those who agree to be remembered, as a part of other queries."""
    found = Consent.objects.filter(status__in=AGREED)
    expired = Q(expires_at__lte=now)
    if environment.consent_valid_days:
        decided = now - timedelta(days=environment.consent_valid_days)
        expired |= Q(expires_at=None, decided_at__lte=decided)
    return found.exclude(expired, status=Consent.Status.GRANTED)


_agreed = prepared(lambda *people: Consent.objects.filter(person_id__in=people, status__in=AGREED))


def who_agree(among: Iterable[int] | QuerySet[Any, Any]) -> frozenset[int]:
    """Return who of these people agrees to be remembered now."""
    if isinstance(among, QuerySet):
        rows: Iterable[Consent] = Consent.objects.filter(person_id__in=among, status__in=AGREED)
    else:
        rows = _agreed(*among)
    return frozenset(row.person_id for row in rows if row.allows_remembering)
