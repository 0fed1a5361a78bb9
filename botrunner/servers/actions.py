"""Change what is set for a server."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from botrunner.models import Server, TalkSetting
from botrunner.servers.queries import facts_on, reason_of
from memories.actions import MemoryDraft, clean, clean_to_keep, forget, remember
from memories.models import Memory, Place
from profiles.actions import ProfileError
from whisper.action_log import Actor, log


def set_room(guild_id: int, room: Server.Room, *, actor: Actor, reason: str = "") -> None:
    """Set whose words of a channel's talk replies in a server may be made from."""
    with transaction.atomic():
        server, _ = Server.objects.select_for_update().get_or_create(guild_id=guild_id)
        before, server.room = server.room, room
        server.save(update_fields=["room"])
        log(
            "server.room",
            actor=actor,
            reason=reason,
            on=server,
            changes={"room": (before, room.value)},
        )


def begin_welcome(guild_id: int) -> bool:
    """Note that the companion introduces itself in a server; return whether it had not before."""
    Server.objects.get_or_create(guild_id=guild_id)
    unwelcomed = Server.objects.filter(guild_id=guild_id, welcomed_at=None)
    return unwelcomed.update(welcomed_at=timezone.now()) == 1


def set_mode(
    channel_id: int,
    guild_id: int,
    mode: TalkSetting.Mode,
    *,
    budget: int | None,
    at: datetime,
    actor: Actor,
) -> None:
    """Set what the companion answers in a channel and its threads.

    Args:
        budget: most replies an hour to messages that did not mention it; None leaves it.
        at: when, by the clock that dates the messages.
    """
    with transaction.atomic():
        setting, _ = TalkSetting.objects.select_for_update().get_or_create(
            place_id=channel_id, defaults={"guild_id": guild_id, "silent": False, "since": at}
        )
        budget = setting.budget if budget is None else budget
        changes = {
            name: (before, after)
            for name, before, after in (
                ("mode", setting.mode, mode.value),
                ("budget", setting.budget, budget),
            )
            if before != after
        }
        if not changes:
            return
        setting.mode, setting.budget = mode, budget
        setting.save(update_fields=["mode", "budget"])
        log("server.talk", actor=actor, on=setting, changes=changes)


class ServerFactError(ProfileError):
    """A fact can't be kept for a server; the text can be shown."""


def add_server_fact(guild_id: int, text: str, *, key: str, at: datetime, actor: Actor) -> None:
    """Keep what everybody on a server may hear from the companion.

    Args:
        key: of the request; a second one with it changes nothing.

    Raises:
        ServerFactError: there is nothing in it, or a secret.
    """
    if not text.strip():
        raise ServerFactError("There are no words in it that I could keep.")
    if clean_to_keep(text) != clean(text):
        raise ServerFactError("That looks like a password or a key. I don't keep those.")
    with transaction.atomic():
        remember(
            MemoryDraft(
                person_id=None,
                kind=Memory.Kind.SHARED_FACT,
                text=text,
                place=Place.PUBLIC_CHANNEL,
                guild_id=guild_id,
                said_at=at,
                origin=key,
                category="other",
            ),
            actor=actor,
        )
        log("server.fact", actor=actor, reason=reason_of(guild_id))


def remove_server_fact(guild_id: int, memory_id: UUID, *, actor: Actor) -> bool:
    """Forget a fact of a server; return whether there was one."""
    with transaction.atomic():
        if not facts_on(guild_id).filter(pk=memory_id).exists():
            return False
        forget([memory_id], actor=actor)
        log("server.fact_removed", actor=actor, reason=reason_of(guild_id))
    return True


def set_silence(place_id: int, guild_id: int, *, silent: bool, at: datetime, actor: Actor) -> None:
    """Set whether the companion keeps silent in a channel, or on a whole server.

    Args:
        place_id: the channel, or the server itself.
        at: when, by the clock that dates the messages.
    """
    with transaction.atomic():
        setting = TalkSetting.objects.select_for_update().filter(place_id=place_id).first()
        before = setting is not None and setting.silent
        if before == silent:
            return
        setting, _ = TalkSetting.objects.update_or_create(
            place_id=place_id,
            defaults={"guild_id": guild_id, "silent": silent, "since": at},
        )
        log("server.talk", actor=actor, on=setting, changes={"silent": (before, silent)})
