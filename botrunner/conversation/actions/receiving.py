"""Store what comes in, and return what its reply needs to know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from django.db import transaction

from botrunner.conversation.base import Incoming
from botrunner.conversation.messages import said_in
from botrunner.conversation.queries import (
    due_follow_up,
    fresh_since,
    name_in,
    stored_of,
    stored_rows,
)
from botrunner.conversation.received import Received
from memories import actions, queries
from memories.models import Message
from memories.wording.memorable import asks_not_to_keep
from profiles.actions import claim_question, grant_to_local_person, meet, notice_consent
from profiles.models import Consent, Profile
from profiles.preferences import zone_of
from profiles.privacy import ways_of
from profiles.queries import consent_of, held_consent, profile_of
from whisper import live
from whisper.database.prepared import prepared
from whisper.environment import environment
from whisper.personal_data.erasures import erased_at, times_erased

# More than a prompt has room for: it takes what fits its budget.
KNOWN_FACTS = 100


def store_all(messages: Sequence[Incoming]) -> list[bool]:
    """Store messages, each in its own transaction; return for each whether it was new.

    Args:
        messages: of one platform, at least one.
    """
    # After a crash many may be there already.
    held = stored_of(messages[0].platform, [one.platform_id for one in messages])
    return [one.platform_id not in held and _is_stored_now(one) for one in messages]


def _is_stored_now(incoming: Incoming) -> bool:
    """Store a message, and return whether no other process was quicker."""
    with transaction.atomic():
        return _store(incoming, _consent_for(incoming)).is_new


def receive_all(turn: Sequence[Incoming]) -> list[Received]:
    """Store the messages of one turn that aren't yet; return what the reply to each needs to know.

    What is known of their author is read once, for the latest, which the reply is made to.

    Args:
        turn: of one person in one channel, oldest first.

    Returns:
        Nothing for those that were stored before and are no longer held: they were erased.
    """
    with transaction.atomic():
        consent = _consent_for(turn[-1])
        # Of what Discord sent, intake has stored all.
        held = stored_rows(turn[-1].platform, [one.platform_id for one in turn if one.again])
        turn = [one for one in turn if not one.again or one.platform_id in held]
        if not turn:
            return []
        stored = [_store(one, consent, held.get(one.platform_id)) for one in turn]
        known = _known(turn, stored, consent)
        return [replace(known, message=one.message, is_new=one.is_new) for one in stored]


def _known(
    turn: Sequence[Incoming], stored: Sequence[_Stored], consent: Consent | None
) -> Received:
    """Return the latest message of a turn with what its reply needs to know."""
    incoming, message = turn[-1], stored[-1].message
    ask = not incoming.nobody and (consent is None or consent.to_be_asked)
    scope = incoming.scope.opened(ways_of(consent))
    erasures = times_erased(incoming.person_id)
    fresh = fresh_since(incoming.person_id, incoming.channel_id)
    not_kept = asks_not_to_keep(incoming.text)
    if consent is None or not consent.allows_remembering or not_kept:
        return Received(
            message,
            stored[-1].is_new,
            None,
            scope,
            erasures=erasures,
            consent_missing=ask,
            fresh_since=fresh,
        )
    met = next((one.profile for one in reversed(stored) if one.profile), None)
    profile = met or profile_of(incoming.person_id) or _meet(incoming)
    return Received(
        message,
        stored[-1].is_new,
        profile,
        scope,
        level=consent.level,
        name=name_in(profile, scope),
        erasures=erasures,
        first_notice=_is_to_be_told(consent),
        last_seen=queries.last_session_end(
            incoming.person_id, incoming.channel_id, before=turn[0].sent_at
        ),
        facts=queries.known_facts(scope, limit=KNOWN_FACTS, zone=zone_of(profile)),
        follow_up=due_follow_up(profile, scope, incoming.sent_at),
        fresh_since=fresh,
        latest_removal=queries.latest_removal(incoming.person_id),
    )


@dataclass(frozen=True, slots=True)
class _Stored:
    """A stored message, and its author's profile if this call counted it there."""

    message: Message
    is_new: bool
    profile: Profile | None = None


def _consent_for(incoming: Incoming) -> Consent | None:
    """Return what the author of a message said to being remembered; it may be given with it.

    It is held to the transaction's end: no erasure comes between the look and the writing.
    """
    consent = held_consent(incoming.person_id)
    if incoming.local and not (consent is not None and consent.allows_remembering):
        return grant_to_local_person(incoming.person_id, source=incoming.platform)
    if environment.consent_mode == "notice" and not incoming.nobody and _is_untold(consent):
        return notice_consent(incoming.person_id, source=incoming.platform)
    return consent


def _store(incoming: Incoming, consent: Consent | None, held: Message | None = None) -> _Stored:
    """Store a message within the caller's transaction, and count it in its author's profile.

    That is done only where they agreed to be remembered.

    Args:
        held: its row, if it is stored already.
    """
    if held is not None:
        return _Stored(held, is_new=False)
    keep = consent is not None and _may_keep(incoming, consent)
    message, is_new = actions.store_message(said_in(incoming, keep=keep))
    if not is_new:
        return _Stored(message, is_new)
    came = live.Event(live.LiveKind.MESSAGE, message=message.pk, length=len(incoming.text))
    transaction.on_commit(partial(live.publish, came))
    return _Stored(message, is_new, _meet(incoming) if keep else None)


def _may_keep(incoming: Incoming, consent: Consent) -> bool:
    """Return whether a message may be kept; one from before an erasure may come after a new yes."""
    if not consent.allows_remembering or asks_not_to_keep(incoming.text):
        return False
    agreed_at = consent.decided_at or consent.asked_at
    if agreed_at is not None and agreed_at < incoming.sent_at:
        return True
    erasure = erased_at(incoming.person_id)
    return erasure is None or erasure < incoming.sent_at


def _meet(incoming: Incoming) -> Profile:
    return meet(incoming.person_id, name=incoming.person_name, at=incoming.sent_at)


def claim_due(received: Received) -> tuple[Received, datetime | None]:
    """Return the same with whether its reply is to ask the person, or tell them, now.

    Also across processes one reply at a time does that.

    Returns:
        The claim that `release_question` takes as well; None where nothing was claimed.
    """
    person_id = received.scope.person_id
    claim = claim_question(person_id, source=received.message.platform)
    if claim is None:
        return replace(received, consent_missing=False, first_notice=False), None
    # What another reply asked before is stored.
    consent = consent_of(person_id)
    due = replace(
        received,
        consent_missing=received.consent_missing and (consent is None or consent.to_be_asked),
        first_notice=received.first_notice and consent is not None and _is_to_be_told(consent),
    )
    return due, claim


def _is_untold(consent: Consent | None) -> bool:
    """Return whether a person was neither asked nor told yet."""
    return consent is None or (consent.to_be_asked and consent.status == Consent.Status.ASKED)


def _is_to_be_told(consent: Consent) -> bool:
    """Return whether a person who is remembered by notice has had no answer that said so yet."""
    if consent.status != Consent.Status.NOTICED:
        return False
    return _told.first(consent.person_id) is None


_told = prepared(
    lambda person_id: Message.objects.filter(
        person_id=person_id, reply_state=Message.Reply.COMPLETE
    ).values_list("pk", flat=True)[:1]
)
