"""Change what is set for a server."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from botrunner.models import Server, TalkSetting
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
    budget: int,
    at: datetime,
    actor: Actor,
) -> None:
    """Set what the companion answers in a channel and its threads.

    Args:
        budget: most replies an hour to messages that did not mention it.
        at: when, by the clock that dates the messages.
    """
    with transaction.atomic():
        setting, _ = TalkSetting.objects.select_for_update().get_or_create(
            place_id=channel_id, defaults={"guild_id": guild_id, "silent": False, "since": at}
        )
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
