"""Read what is known of people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from profiles.models import Consent, Profile
from profiles.privacy import Ways, ways_of


def consent_of(discord_id: int) -> Consent | None:
    """Return what a person said to being remembered, None where they were never asked."""
    return Consent.objects.filter(discord_id=discord_id).first()


def may_remember(discord_id: int) -> bool:
    """Tell whether what a person says may be kept."""
    consent = consent_of(discord_id)
    return consent is not None and consent.allows_remembering


def open_ways(discord_id: int) -> Ways:
    """Return the ways between places that a person opened for what they say."""
    return ways_of(consent_of(discord_id))


def profile_of(discord_id: int) -> Profile | None:
    """Return a person's profile, None where they have none."""
    return Profile.objects.filter(discord_id=discord_id).first()


def refusals(discord_ids: Iterable[int]) -> dict[int, datetime]:
    """Return since when each of these people does not want to be remembered."""
    rows = Consent.objects.filter(
        discord_id__in=list(discord_ids), status=Consent.Status.DENIED, decided_at__isnull=False
    )
    return {row.discord_id: row.decided_at for row in rows if row.decided_at}
