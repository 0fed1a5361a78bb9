"""Remember a message because its author asks for it."""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction

from botrunner.conversation.base import Incoming
from botrunner.conversation.handlers import RELATE
from botrunner.conversation.messages import said_in
from memories import actions
from memories.actions import FACTS, FEEL, MemoryDraft
from memories.models import Memory, Message
from profiles.actions import meet
from profiles.queries import held_consent, profile_of
from whisper import outbox
from whisper.action_log import Actor

# Above that of what is remembered unasked.
IMPORTANCE = 0.8


@transaction.atomic
def remember_message(incoming: Incoming) -> bool:
    """Remember a message of a person whether or not it addressed the companion.

    It then counts as said to the companion: its facts are kept, and its deletion takes all of it
    back. Asking again changes nothing.

    Returns:
        False if the person has not agreed to be remembered, or has deleted the message.
    """
    consent = held_consent(incoming.person_id)
    if consent is None or not consent.allows_remembering:
        return False
    said = replace(said_in(incoming, keep=True), expects_reply=False)
    message, is_new = actions.store_message(said)
    if message.deleted_at is not None:
        return False
    if message.person_id is None:
        # It was said before the person agreed: only its id and time are held.
        actions.fill_message(message, said)
        is_new = True
    if profile_of(incoming.person_id) is None:
        meet(incoming.person_id, name=incoming.person_name, at=incoming.sent_at)
    actions.remember(_draft(incoming, message), actor=Actor.person(incoming.person_id))
    if is_new:
        for topic in (FACTS, FEEL, RELATE):
            outbox.enqueue(topic, {"message": str(message.pk)}, person_id=incoming.person_id)
    return True


def _draft(incoming: Incoming, message: Message) -> MemoryDraft:
    return MemoryDraft(
        person_id=incoming.person_id,
        kind=Memory.Kind.CONVERSATION,
        text=incoming.text,
        speaker=incoming.person_name,
        place=incoming.place,
        guild_id=incoming.guild_id,
        channel_id=incoming.audience_channel_id,
        said_at=incoming.sent_at,
        origin=f"message:{message.pk}",
        importance=IMPORTANCE,
        sources=(message.pk,),
    )
