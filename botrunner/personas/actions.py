"""The only writer of personas."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from botrunner.conversation.persona import PersonaTooLongError, check_length
from botrunner.models import OwnPersona, Persona, PersonaChoice, PersonaVersion
from botrunner.personas.places import PersonaPlace
from botrunner.personas.queries import latest_version, persona_named
from whisper.action_log import Actor, log
from whisper.action_log.actions import REASON_LENGTH


class PersonaError(Exception):
    """A persona can't be kept or deleted; the text can be shown."""


class PersonaConflictError(PersonaError):
    """Somebody else changed the persona meanwhile."""


def make_persona(name: str, text: str, *, actor: Actor, reason: str = "") -> Persona:
    """Keep a new persona, with its first version.

    Raises:
        PersonaError: its name is taken, or its text can't be used.
    """
    text = _checked(text)
    try:
        with transaction.atomic():
            persona = Persona.objects.create(name=name.strip())
            _keep(persona, 1, text, actor, reason)
            log("persona.make", actor=actor, reason=reason, on=persona)
    except IntegrityError as error:
        raise PersonaError("Another persona has this name.") from error
    return persona


def change_persona(
    persona: Persona, text: str, *, seen: int, actor: Actor, reason: str = ""
) -> PersonaVersion:
    """Keep a new version; replies use it from the next message on.

    A text that is the same makes no version.

    Args:
        seen: the version that was changed.

    Raises:
        PersonaConflictError: there is a later version; nothing is changed.
        PersonaError: the text can't be used.
    """
    text = _checked(text)
    with transaction.atomic():
        # Locked, so that two admins don't make the same version.
        Persona.objects.select_for_update().get(pk=persona.pk)
        latest = latest_version(persona.pk)
        if latest.number != seen:
            raise PersonaConflictError(
                f"Somebody else made version {latest.number} meanwhile. Nothing was saved."
            )
        if latest.wording == text:
            return latest
        version = _keep(persona, latest.number + 1, text, actor, reason)
        numbers = {"version": (latest.number, version.number)}
        log("persona.change", actor=actor, reason=reason, on=persona, changes=numbers)
    return version


def rename_persona(persona: Persona, name: str, *, actor: Actor, reason: str = "") -> None:
    """Call a persona something else.

    Raises:
        PersonaError: the name is taken.
    """
    before, name = persona.name, name.strip()
    if name == before:
        return
    try:
        with transaction.atomic():
            Persona.objects.filter(pk=persona.pk).update(name=name)
            changes = {"name": (before, name)}
            log("persona.rename", actor=actor, reason=reason, on=persona, changes=changes)
    except IntegrityError as error:
        raise PersonaError("Another persona has this name.") from error


def restrict_persona(persona: Persona, restricted: bool, *, actor: Actor, reason: str = "") -> None:
    """Keep a persona to age-restricted channels, or let it be used everywhere."""
    with transaction.atomic():
        rows = Persona.objects.filter(pk=persona.pk).exclude(age_restricted=restricted)
        if rows.update(age_restricted=restricted):
            changes = {"age_restricted": (not restricted, restricted)}
            log("persona.restrict", actor=actor, reason=reason, on=persona, changes=changes)


def choose_persona(
    place: PersonaPlace, persona: Persona | None, *, actor: Actor, reason: str = ""
) -> None:
    """Let the companion be a persona in a place; with None what applies there otherwise."""
    with transaction.atomic():
        chosen = PersonaChoice.objects.filter(place=place.key).select_related("persona").first()
        before = None if chosen is None else chosen.persona.name
        if persona is None:
            PersonaChoice.objects.filter(place=place.key).delete()
        else:
            PersonaChoice.objects.update_or_create(place=place.key, defaults={"persona": persona})
        after = None if persona is None else persona.name
        if before != after:
            changes = {place.key: (before, after)}
            log("persona.choose", actor=actor, reason=reason, on=persona, changes=changes)


def choose_by_name(
    place: PersonaPlace, name: str, *, actor: Actor, reason: str = ""
) -> Persona | None:
    """Let the companion be the persona of a name in a place; without one, what applies otherwise.

    Raises:
        LookupError: no persona has this name.
    """
    persona = persona_named(name)
    choose_persona(place, persona, actor=actor, reason=reason)
    return persona


def choose_own(person_id: int, persona: Persona | None, *, actor: Actor, reason: str = "") -> None:
    """Let the companion be a persona in a person's direct messages; None for the usual one.

    Raises:
        PersonaError: it is for age-restricted channels, which direct messages are not.
    """
    if persona is not None and persona.age_restricted:
        raise PersonaError("Age-restricted personas are for age-restricted channels.")
    with transaction.atomic():
        own = OwnPersona.objects.filter(person_id=person_id).select_related("persona").first()
        before = None if own is None else own.persona
        if before == persona:
            return
        if persona is None:
            OwnPersona.objects.filter(person_id=person_id).delete()
        else:
            OwnPersona.objects.update_or_create(person_id=person_id, defaults={"persona": persona})
        names = (before and before.name, persona and persona.name)
        log(
            "persona.choose_own",
            actor=actor,
            reason=reason,
            person_id=person_id,
            changes={"persona": names},
        )


def forget_own(person_id: int) -> int:
    """Delete which persona an erased person chose; return how many choices that were."""
    return OwnPersona.objects.filter(person_id=person_id).delete()[0]


def delete_persona(persona: Persona, *, actor: Actor, reason: str = "") -> None:
    """Delete a persona with its versions.

    Raises:
        PersonaError: it is in use somewhere.
    """
    with transaction.atomic():
        Persona.objects.select_for_update().get(pk=persona.pk)
        if PersonaChoice.objects.filter(persona=persona).exists():
            raise PersonaError("It is in use. Choose another one there first.")
        changes = {"name": (persona.name, None)}
        log("persona.delete", actor=actor, reason=reason, on=persona, changes=changes)
        Persona.objects.filter(pk=persona.pk).delete()


def _keep(persona: Persona, number: int, text: str, actor: Actor, reason: str) -> PersonaVersion:
    return PersonaVersion.objects.create(
        persona=persona,
        number=number,
        wording=text,
        made_by=actor.id if actor.kind == actor.kind.ADMIN else None,
        reason=reason[:REASON_LENGTH],
    )


def _checked(text: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise PersonaError("A persona needs a text.")
    if "\x00" in text:
        raise PersonaError("The text has characters that can't be kept.")
    try:
        check_length(text)
    except PersonaTooLongError as error:
        raise PersonaError(str(error)) from error
    return text
