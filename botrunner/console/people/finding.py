"""Who is meant by a name or an id that an admin types."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db.models import Q

from profiles.models import Profile
from whisper.ids import snowflake

# More than one is too many to choose from.
MOST = 2


def person_called(text: str) -> int | None:
    """Return the id of the person with an id or a name; None for an empty text.

    Raises:
        ValidationError: nobody has the name, or several people.
    """
    text = text.strip()
    if not text:
        return None
    number = snowflake(text)
    if number is not None:
        return number
    named = Q(name__iexact=text) | Q(preferred_name__iexact=text)
    found = list(Profile.objects.filter(named).values_list("person_id", flat=True)[:MOST])
    if len(found) != 1:
        several = "Several people have this name: enter an id."
        raise ValidationError(several if found else "Nobody has this name.")
    return found[0]
