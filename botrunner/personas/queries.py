"""Read personas, and which of them is whose in a place."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import OuterRef, QuerySet, Subquery

from botrunner.models import Persona, PersonaChoice, PersonaVersion
from botrunner.personas.places import PersonaPlace, narrowest_first


def latest_version(persona_id: int) -> PersonaVersion:
    """Return the version of a persona that is in use."""
    return PersonaVersion.objects.filter(persona_id=persona_id).order_by("-number")[0]


def with_latest() -> QuerySet[Persona]:
    """Return all personas by name, each with the text and number of its version in use."""
    latest = PersonaVersion.objects.filter(persona=OuterRef("pk")).order_by("-number")
    return Persona.objects.order_by("name").annotate(
        **{name: Subquery(latest.values(name)[:1]) for name in ("wording", "number", "made_at")}
    )


def text_chosen(guild_id: int | None, channels: Sequence[int | None]) -> str:
    """Return the text of the persona that was chosen for a place; empty if none was.

    Args:
        guild_id: the server; None for direct messages.
        channels: the channel, then the one that it is a thread of.
    """
    places = narrowest_first(guild_id, channels)
    latest = PersonaVersion.objects.filter(persona=OuterRef("persona")).order_by("-number")
    rows = PersonaChoice.objects.filter(place__in=places)
    chosen = dict(
        rows.annotate(text=Subquery(latest.values("wording")[:1])).values_list("place", "text")
    )
    return next((str(chosen[one]) for one in places if chosen.get(one)), "")


def names_of_personas(typed: str, *, limit: int) -> list[str]:
    """Return the names of personas that hold what somebody typed, in their order."""
    rows = Persona.objects.filter(name__icontains=typed.strip()).order_by("name")
    return list(rows.values_list("name", flat=True)[:limit])


def chosen_on(place: PersonaPlace) -> Persona | None:
    """Return the persona that was chosen for a place itself; None if none was."""
    return Persona.objects.filter(choices__place=place.key).first()


def choices_by_persona() -> dict[int, list[str]]:
    """Return of each persona, by its key, the keys of the places where it was chosen."""
    found: dict[int, list[str]] = {}
    for persona, place in PersonaChoice.objects.order_by("place").values_list("persona", "place"):
        found.setdefault(persona, []).append(place)
    return found
