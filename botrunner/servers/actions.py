"""Change what is set for a server."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from botrunner.models import Block, Server, ServerDay, TalkSetting
from botrunner.servers.languages import LANGUAGES
from botrunner.servers.queries import Limits, facts_on, limits_of, reason_of
from memories.actions import MemoryDraft, clean, clean_to_keep, forget, remember
from memories.models import Memory, Place
from profiles.actions import ProfileError
from whisper.action_log import Actor, log
from whisper.database.prepared import prepared_update

# Messages are looked for in Discord's history for as long at most.
REMEMBER_LIFTED = timedelta(days=30)
# More than is ever counted on a day.
NO_LIMIT = 2**62


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


def set_limits(guild_id: int, limits: Limits, *, actor: Actor, reason: str = "") -> None:
    """Set how much the companion may reply on a server on one day."""
    changed = {"replies_a_day": limits.replies, "tokens_a_day": limits.tokens}
    _set(guild_id, "server.limits", changed, actor, reason)


def set_retention(guild_id: int, days: int | None, *, actor: Actor, reason: str = "") -> None:
    """Set after how many days what was said on a server is erased; None for never."""
    _set(guild_id, "server.retention", {"retention_days": days}, actor, reason)


def set_language(guild_id: int, code: str, *, actor: Actor, reason: str = "") -> None:
    """Set the language that the people of a server write in, by its code; empty for none."""
    language = {"language": code if code in LANGUAGES else ""}
    _set(guild_id, "server.language", language, actor, reason)


def _set(
    guild_id: int,
    action: str,
    values: Mapping[str, int | str | None],
    actor: Actor,
    reason: str,
) -> None:
    with transaction.atomic():
        server, _ = Server.objects.select_for_update().get_or_create(guild_id=guild_id)
        changes = {
            name: (getattr(server, name), value)
            for name, value in values.items()
            if getattr(server, name) != value
        }
        if not changes:
            return
        Server.objects.filter(pk=server.pk).update(**values)
        log(action, actor=actor, reason=reason, on=server, changes=changes)


def begin_reply(guild_id: int, day: date) -> bool:
    """Count a reply on a server; return whether its limits allow it. One too many isn't counted.

    Args:
        day: of today, in UTC.
    """
    limits = limits_of(guild_id)
    replies = NO_LIMIT if limits.replies is None else limits.replies
    tokens = NO_LIMIT if limits.tokens is None else limits.tokens
    if _count_reply(guild_id, day, replies, tokens):
        return True
    ServerDay.objects.get_or_create(guild_id=guild_id, day=day)
    return _count_reply(guild_id, day, replies, tokens) == 1


def note_tokens(guild_id: int, day: date, tokens: int) -> None:
    """Add what the language model read and wrote for a reply on a server."""
    _add_tokens(guild_id, day, tokens)


_count_reply = prepared_update(
    lambda guild_id, day, replies, tokens: (
        ServerDay.objects.filter(
            guild_id=guild_id, day=day, replies__lt=replies, tokens__lt=tokens
        ),
        {"replies": F("replies") + 1},
    )
)
_add_tokens = prepared_update(
    lambda guild_id, day, tokens: (
        ServerDay.objects.filter(guild_id=guild_id, day=day),
        {"tokens": F("tokens") + tokens},
    )
)


def delete_old_days(before: datetime) -> int:
    """Delete how much was replied on servers on some days before a time."""
    return ServerDay.objects.filter(day__lt=before.date()).delete()[0]


def block(guild_id: int, person_id: int, *, at: datetime, actor: Actor, reason: str = "") -> bool:
    """Let the companion not answer a person on a server; return whether it did before.

    Args:
        at: when, by the clock that dates the messages.
    """
    with transaction.atomic():
        row, is_new = Block.objects.select_for_update().get_or_create(
            guild_id=guild_id, person_id=person_id, defaults={"since": at}
        )
        if not is_new and row.lifted_at is None:
            return False
        Block.objects.filter(pk=row.pk).update(since=at, lifted_at=None)
        reason = reason_of(guild_id, reason)
        log("server.block", actor=actor, reason=reason, person_id=person_id, on=row)
    return True


def unblock(guild_id: int, person_id: int, *, at: datetime, actor: Actor, reason: str = "") -> bool:
    """Let the companion answer a person on a server again; return whether it did not before."""
    with transaction.atomic():
        rows = Block.objects.filter(guild_id=guild_id, person_id=person_id, lifted_at=None)
        row = rows.select_for_update().first()
        if row is None:
            return False
        rows.update(lifted_at=at)
        reason = reason_of(guild_id, reason)
        log("server.unblock", actor=actor, reason=reason, person_id=person_id, on=row)
    return True


def delete_lifted_blocks(before: datetime) -> int:
    """Delete blocks that ended so long ago that nothing from before would be answered."""
    return Block.objects.filter(lifted_at__lt=before - REMEMBER_LIFTED).delete()[0]


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
    reason: str = "",
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
        log("server.talk", actor=actor, reason=reason, on=setting, changes=changes)


class ServerFactError(ProfileError):
    """A fact can't be kept for a server; the text can be shown."""


def add_server_fact(
    guild_id: int, text: str, *, key: str, at: datetime, actor: Actor, reason: str = ""
) -> None:
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
            reason=reason,
        )
        log("server.fact", actor=actor, reason=reason_of(guild_id, reason))


def remove_server_fact(guild_id: int, memory_id: UUID, *, actor: Actor, reason: str = "") -> bool:
    """Forget a fact of a server; return whether there was one."""
    with transaction.atomic():
        if not facts_on(guild_id).filter(pk=memory_id).exists():
            return False
        forget([memory_id], actor=actor, reason=reason)
        log("server.fact_removed", actor=actor, reason=reason_of(guild_id, reason))
    return True


def set_silence(
    place_id: int, guild_id: int, *, silent: bool, at: datetime, actor: Actor, reason: str = ""
) -> None:
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
        changes = {"silent": (before, silent)}
        log("server.talk", actor=actor, reason=reason, on=setting, changes=changes)
