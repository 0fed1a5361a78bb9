"""Read personas, and which of them is whose in a place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from botrunner.models import OwnPersona, Persona, PersonaChoice, PersonaVersion
from botrunner.personas.places import PersonaPlace, narrowest_first
from whisper.database.prepared import prepared

# Stands for a person's own choice among the keys of places.
_OWN = "own"
# The places that a message can belong to: a thread, its channel, the server, everywhere.
MOST_PLACES = 4


def latest_version(persona_id: int) -> PersonaVersion:
    """Return the version of a persona that is in use."""
    return PersonaVersion.objects.filter(persona_id=persona_id).order_by("-number")[0]


def with_latest() -> QuerySet[Persona]:
    """Return all personas by name, each with the text and number of its version in use."""
    latest = PersonaVersion.objects.filter(persona=OuterRef("pk")).order_by("-number")
    return Persona.objects.order_by("name").annotate(
        **{name: Subquery(latest.values(name)[:1]) for name in ("wording", "number", "made_at")}
    )


def _choices(person_id: int, *places: str, for_adults: bool = False) -> QuerySet[Any, Any]:
    """Return the personas that may count in some places, and where each was chosen."""
    latest = PersonaVersion.objects.filter(persona=OuterRef("pk")).order_by("-number")
    own = OwnPersona.objects.filter(persona=OuterRef("pk"), person_id=person_id)
    fitting = Persona.objects.all() if for_adults else Persona.objects.filter(age_restricted=False)
    rows = fitting.annotate(is_own=Exists(own)).filter(
        Q(choices__place__in=places) | Q(is_own=True)
    )
    return rows.values_list("is_own", "choices__place", Subquery(latest.values("wording")[:1]))


_chosen = prepared(
    lambda person_id, channel, parent, server, everywhere: _choices(
        person_id, channel, parent, server, everywhere
    )
)
_chosen_for_adults = prepared(
    lambda person_id, channel, parent, server, everywhere: _choices(
        person_id, channel, parent, server, everywhere, for_adults=True
    )
)


def text_chosen(
    guild_id: int | None,
    channels: Sequence[int | None],
    person_id: int | None = None,
    *,
    for_adults: bool = False,
) -> str:
    """Return the text of the persona that was chosen for a place; empty if none was.

    An age-restricted persona counts only where adults are alone.

    Args:
        guild_id: the server; None for direct messages.
        channels: the channel, then the one that it is a thread of.
        person_id: whose own choice counts first; None for nobody's.
        for_adults: whether the channel is age-restricted.
    """
    places = narrowest_first(guild_id, channels)
    ask = _chosen_for_adults if for_adults else _chosen
    chosen: dict[str, str] = {}
    for is_own, place, text in ask(
        person_id or 0, *places, *places[-1:] * (MOST_PLACES - len(places))
    ):
        chosen[place] = str(text or "")
        if is_own:
            chosen[_OWN] = chosen[place]
    return next((chosen[one] for one in (_OWN, *places) if chosen.get(one)), "")


def names_of_personas(typed: str, *, limit: int, for_adults: bool = False) -> list[str]:
    """Return the names of personas that hold what somebody typed, in their order.

    Args:
        for_adults: also those that are age-restricted.
    """
    rows = Persona.objects.filter(name__icontains=typed.strip()).order_by("name")
    if not for_adults:
        rows = rows.filter(age_restricted=False)
    return list(rows.values_list("name", flat=True)[:limit])


def persona_named(name: str) -> Persona | None:
    """Return the persona of a name, upper or lower case; None without a name.

    Raises:
        LookupError: no persona has this name.
    """
    name = name.strip()
    persona = Persona.objects.filter(name__iexact=name).first() if name else None
    if name and persona is None:
        raise LookupError(name)
    return persona


def own_persona(person_id: int) -> Persona | None:
    """Return the persona that a person chose for their direct messages; None if they did not."""
    chosen = OwnPersona.objects.filter(person_id=person_id).select_related("persona").first()
    return chosen.persona if chosen else None


def chosen_on(place: PersonaPlace) -> Persona | None:
    """Return the persona that was chosen for a place itself; None if none was."""
    return Persona.objects.filter(choices__place=place.key).first()


def choices_by_persona() -> dict[int, list[str]]:
    """Return of each persona, by its key, the keys of the places where it was chosen."""
    found: dict[int, list[str]] = {}
    for persona, place in PersonaChoice.objects.order_by("place").values_list("persona", "place"):
        found.setdefault(persona, []).append(place)
    return found
