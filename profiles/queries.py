"""Read what is known of people."""

from __future__ import annotations

from profiles.models import Consent, Profile


def consent_of(discord_id: int) -> Consent | None:
    """Return what a person said to being remembered, None where they were never asked."""
    return Consent.objects.filter(discord_id=discord_id).first()


def may_remember(discord_id: int) -> bool:
    """Tell whether what a person says may be kept."""
    consent = consent_of(discord_id)
    return consent is not None and consent.allows_remembering


def profile_of(discord_id: int) -> Profile | None:
    """Return a person's profile, None where they have none."""
    return Profile.objects.filter(discord_id=discord_id).first()
