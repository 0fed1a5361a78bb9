"""Refusals that a person can read, and ids."""

from __future__ import annotations

from profiles.models import (
    LARGEST_ID,
)


class ProfileError(Exception):
    """A change of a profile was refused; the text can be shown to the person."""


def check_id(person_id: int) -> int:
    """Return the id, or raise `ProfileError` if it can't be a person's."""
    if not 0 <= person_id <= LARGEST_ID:
        raise ProfileError(f"{person_id} is not an id: ids go from 0 to {LARGEST_ID}.")
    return person_id
