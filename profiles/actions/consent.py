"""Write what people said to being remembered, and how far it may travel."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from profiles.actions.base import check_id
from profiles.models import (
    Consent,
)
from profiles.privacy import Way, rules_of, ways_of
from profiles.queries import held_consent
from whisper.action_log import Actor, log
from whisper.environment import environment
from whisper.personal_data import registry
from whisper.personal_data.erasures import note_agreement

# For a reply to be sent; who ended meanwhile doesn't keep others from asking for longer.
CLAIM = timedelta(minutes=2)


def ask_consent(person_id: int, *, source: str) -> Consent:
    """Note that a person was asked whether they want to be remembered; an answer given stays."""
    asked = {"status": Consent.Status.ASKED, "source": source, "asked_at": timezone.now()}
    with transaction.atomic():
        made, _ = Consent.objects.get_or_create(person_id=check_id(person_id), defaults=asked)
        # Their answer may come at the same moment.
        consent = held_consent(person_id) or made
        if consent.to_be_asked:
            # The status stays: whether a yes has expired is for the clock to say at any time.
            consent.asked_at, consent.source = timezone.now(), source
            consent.save(update_fields=["asked_at", "source"])
    return consent


def claim_question(person_id: int, *, source: str) -> datetime | None:
    """Let one process at a time ask a person for consent, or tell them that they are remembered.

    Returns:
        Until when the claim holds; None if somebody else has it.
    """
    now = timezone.now()
    until = now + CLAIM
    Consent.objects.get_or_create(
        person_id=check_id(person_id),
        defaults={"status": Consent.Status.ASKED, "source": source},
    )
    # A clock that was far ahead may have claimed it for long.
    free = Q(asking_until=None) | Q(asking_until__lte=now) | Q(asking_until__gt=until + CLAIM)
    claimed = Consent.objects.filter(free, person_id=person_id).update(asking_until=until)
    return until if claimed else None


def release_question(person_id: int, claim: datetime) -> None:
    """Give back what `claim_question` returned, whether or not the person was asked."""
    Consent.objects.filter(person_id=person_id, asking_until=claim).update(asking_until=None)


def answer_consent(
    person_id: int, *, granted: bool, source: str, actor: Actor | None = None, reason: str = ""
) -> Consent | None:
    """Keep a person's answer to the question; None, and no change, if they decided before."""
    with transaction.atomic():
        ask_consent(person_id, source=source)
        consent = held_consent(person_id)
        decided = {Consent.Status.GRANTED, Consent.Status.DENIED}
        if consent is not None and consent.standing in decided:
            return None
        return decide_consent(person_id, granted=granted, source=source, actor=actor, reason=reason)


def notice_consent(person_id: int, *, source: str) -> Consent:
    """Note that a person was told that they are remembered and may decline."""
    consent, created = Consent.objects.get_or_create(
        person_id=check_id(person_id),
        defaults={"status": Consent.Status.NOTICED, "source": source, "asked_at": timezone.now()},
    )
    if not created and consent.status == Consent.Status.ASKED:
        consent.status, consent.asked_at = Consent.Status.NOTICED, timezone.now()
        consent.source = source
        consent.save(update_fields=["status", "asked_at", "source"])
    return consent


def decide_consent(
    person_id: int,
    *,
    granted: bool,
    source: str,
    valid: timedelta | None = None,
    actor: Actor | None = None,
    reason: str = "",
) -> Consent:
    """Store whether a person wants to be remembered; the latest decision counts.

    With a no goes what was made of what they said: facts, moods, relationship, personality.

    Args:
        valid: how long a yes holds; as `CONSENT_VALID_DAYS` says by default.
    """
    now = timezone.now()
    valid = valid or timedelta(days=environment.consent_valid_days)
    with transaction.atomic():
        # Locks the row: writes about them that are under way finish first.
        before = held_consent(check_id(person_id))
        consent, _ = Consent.objects.update_or_create(
            person_id=check_id(person_id),
            defaults={
                "status": Consent.Status.GRANTED if granted else Consent.Status.DENIED,
                "source": source,
                "decided_at": now,
                "expires_at": now + valid if granted and valid else None,
            },
        )
        log(
            "consent.decide",
            actor=actor or Actor.person(person_id),
            reason=reason,
            person_id=person_id,
            on=consent,
            changes={"status": (before.status if before else None, consent.status)},
        )
        if granted:
            note_agreement(person_id)
        else:
            registry.drop_derived(person_id)
    return consent


def choose_level(
    person_id: int,
    level: Consent.Level,
    *,
    ways: Iterable[Way] = (),
    source: str,
    actor: Actor | None = None,
    reason: str = "",
) -> Consent:
    """Keep how far what a person says may travel; whether it is remembered stays as it is.

    Args:
        ways: of level custom, those that are open.
    """
    rules = rules_of(ways) if level == Consent.Level.CUSTOM else {}
    with transaction.atomic():
        before = held_consent(check_id(person_id))
        consent, _ = Consent.objects.update_or_create(
            person_id=person_id,
            defaults={"level": level, "rules": rules},
            create_defaults={
                "status": Consent.Status.ASKED,
                "source": source,
                "level": level,
                "rules": rules,
            },
        )
        log(
            "consent.level",
            actor=actor or Actor.person(person_id),
            reason=reason,
            person_id=person_id,
            on=consent,
            changes={"level": (before.level if before else None, consent.level)},
        )
    return consent


def set_way(
    person_id: int,
    way: Way,
    *,
    opened: bool,
    source: str,
    actor: Actor | None = None,
    reason: str = "",
) -> Consent:
    """Open or close one way for what a person says; the others stay, as level custom."""
    with transaction.atomic():
        ways = ways_of(held_consent(check_id(person_id)))
        ways = ways | {way} if opened else ways - {way}
        return choose_level(
            person_id,
            Consent.Level.CUSTOM,
            ways=ways,
            source=source,
            actor=actor,
            reason=reason or f"{way.value} {'opened' if opened else 'closed'}",
        )


def grant_to_local_person(person_id: int, *, source: str) -> Consent:
    """Grant remembering to the person who runs this companion themselves, unless they declined."""
    consent = held_consent(check_id(person_id))
    if consent is not None and (
        consent.allows_remembering or consent.standing == Consent.Status.DENIED
    ):
        return consent
    return decide_consent(person_id, granted=True, source=source)
