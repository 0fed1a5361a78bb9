"""Buttons. Each carries its state in its custom id, so it works after a restart as before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

import discord
from discord import ButtonStyle
from django.utils import timezone

from botrunner.conversation.actions import remember_earlier
from botrunner.conversation.consent import STOPPED, privacy_of, without_note
from botrunner.conversation.withdrawing import follow_deletion
from botrunner.discord_bot.connection.network import persistently
from botrunner.discord_bot.reading.messages import PLATFORM, scope_of
from botrunner.discord_bot.replying.errors import answer
from botrunner.discord_bot.views.kept_items import KeptItem
from botrunner.history import conversation_cache
from botrunner.history.base import CachedMessage
from botrunner.servers.queries import is_blocked_anywhere
from memories import actions
from memories.access import is_visible
from memories.models import Memory, Message
from profiles.actions import answer_consent, decide_consent
from profiles.queries import consent_of, may_remember
from whisper.action_log import Actor
from whisper.amounts import amounts
from whisper.database.access import in_database
from whisper.personal_data import registry
from whisper.personal_data.erasures import erased_at

# Of what was said before a yes; a conversation that leads to one is shorter.
MOST_EARLIER = 30
SETTLED = "Nothing has changed; /privacy changes it."
# How long an erasure waits until what was said before it has been handled.
PLACE_SECONDS = 10.0
STAYS_BLOCKED = "Where admins of a server blocked you, you stay blocked until they lift that."
ERASE_WARNING = "This erases everything I hold about you, for good."


class PersonButton(KeptItem[discord.ui.Button[Any]], template=r"whisper:none"):
    """A button that only one person can press."""

    not_theirs: ClassVar[str] = "Only the person who was asked can press this."

    def __init__(self, person_id: int, custom_id: str, label: str, style: ButtonStyle) -> None:
        """Belong to a person."""
        super().__init__(discord.ui.Button(label=label, style=style, custom_id=custom_id))
        self.person_id = person_id

    def is_for(self, interaction: discord.Interaction[Any]) -> bool:
        """Return whether the person pressed it."""
        return interaction.user.id == self.person_id


class YesNoButton(PersonButton, template=r"whisper:none"):
    """One of two answers to a question; `kind` stands in its custom id."""

    reads: ClassVar = {"yes": "yes".__eq__}
    kind: ClassVar[str]
    labels: ClassVar[dict[bool, str]] = {True: "Yes", False: "No"}
    styles: ClassVar[dict[bool, ButtonStyle]]

    def __init__(self, person_id: int, yes: bool, label: str = "", *, rest: str = "") -> None:
        custom_id = f"whisper:{self.kind}:{'yes' if yes else 'no'}:{person_id}{rest}"
        super().__init__(person_id, custom_id, label or self.labels[yes], self.styles[yes])
        self.yes = yes


class ConsentButton(
    YesNoButton, template=r"whisper:consent:(?P<yes>yes|no):(?P<person_id>\d{1,20})"
):
    """Yes or no to being remembered."""

    kind = "consent"
    styles: ClassVar = {True: ButtonStyle.success, False: ButtonStyle.secondary}

    async def press(self, interaction: discord.Interaction[Any]) -> None:
        """Keep the answer, take the question away, and say what it means."""
        message = interaction.message
        if message is not None and message.flags.ephemeral:
            await self._change(interaction)
        else:
            await self._answer(interaction, without_note(message.content) if message else "")

    async def _change(self, interaction: discord.Interaction[Any]) -> None:
        """Change what `/privacy` shows, whatever was decided before."""
        remembered = await in_database(_decide, self.person_id, self.yes)
        shown = await in_database(privacy_of, self.person_id)
        await interaction.edit_original_response(
            content=shown.text, view=privacy_buttons(self.person_id, remembers=self.yes)
        )
        await self._confirm(interaction, remembered=remembered)

    async def _answer(self, interaction: discord.Interaction[Any], said: str) -> None:
        """Keep the answer to the question; one that was left over changes nothing."""
        before = await in_database(consent_of, self.person_id)
        kept = await in_database(answer_consent, self.person_id, granted=self.yes, source="discord")
        left = _without(ConsentButton, interaction.message)
        await interaction.edit_original_response(content=said or "Thank you.", view=left)
        if kept is None:
            shown = await in_database(privacy_of, self.person_id)
            await answer(interaction, f"That's settled already. {shown.status} {SETTLED}")
            return
        remembered = before is not None and before.allows_remembering
        await self._confirm(interaction, remembered=remembered)

    async def _confirm(self, interaction: discord.Interaction[Any], *, remembered: bool) -> None:
        if self.yes:
            channel_id = interaction.channel_id or 0
            view = earlier_question(self.person_id, channel_id)
            offered = view if await _said_before(self.person_id, channel_id) else None
            text = "Thank you. From now on, I'll remember what you tell me."
            await answer(interaction, text, offered)
        elif remembered:
            text = f"{STOPPED} {ERASE_WARNING}"
            await answer(interaction, text, erase_question(self.person_id))
        else:
            await answer(interaction, "All right, I won't remember what you tell me.")


class EarlierButton(
    PersonButton, template=r"whisper:earlier:(?P<channel_id>\d{1,20}):(?P<person_id>\d{1,20})"
):
    """Has what led to a person's yes remembered as well."""

    def __init__(self, person_id: int, channel_id: int) -> None:
        custom_id = f"whisper:earlier:{channel_id}:{person_id}"
        label = "Also remember what I just said"
        super().__init__(person_id, custom_id, label, ButtonStyle.secondary)
        self.channel_id = channel_id

    async def press(self, interaction: discord.Interaction[Any]) -> None:
        """Keep what this process still holds of the conversation."""
        said = await _said_before(self.person_id, self.channel_id)
        count = await in_database(remember_earlier, self.person_id, said)
        text = "I'll remember that, too." if count else "I no longer have it; please say it again."
        await interaction.edit_original_response(content=text, view=None)


class EraseButton(YesNoButton, template=r"whisper:erase:(?P<yes>yes|no):(?P<person_id>\d{1,20})"):
    """Yes or no to erasing everything held about a person."""

    kind = "erase"
    labels: ClassVar = {True: "Erase everything", False: "Keep it"}
    styles: ClassVar = {True: ButtonStyle.danger, False: ButtonStyle.secondary}

    async def acknowledge(self, interaction: discord.Interaction[Any]) -> None:
        """Say at once what becomes of it, and take the buttons away."""
        text = "Erasing …" if self.yes else "Nothing was erased."
        await interaction.response.edit_message(content=text, view=None)

    async def press(self, interaction: discord.Interaction[Any]) -> None:
        """Erase, and say what there was."""
        if not self.yes:
            return
        async with interaction.client.intake.between_events(patience=PLACE_SECONDS):
            counts = await registry.erase_person(self.person_id)
            at = await in_database(erased_at, self.person_id)
            interaction.client.forgotten[self.person_id] = interaction.created_at, at
        gone = amounts(counts)
        text = (
            f"Erased: {gone or 'there was nothing'}. I keep only a note that you don't "
            "want to be remembered; /privacy changes that."
        )
        if await in_database(is_blocked_anywhere, self.person_id):
            text = f"{text} {STAYS_BLOCKED}"
        # Imported here: it is a button, too.
        from botrunner.discord_bot.replying.sweeping import sweep_offer

        view = sweep_offer(self.person_id)
        # They are to hear that it is done, even if Discord is away just then.
        await persistently(lambda: interaction.edit_original_response(content=text, view=view))


class ForgetButton(
    PersonButton,
    template=r"whisper:forget:(?P<memory>[0-9a-f-]{36}|keep):(?P<person_id>\d{1,20})",
):
    """Yes or no to forgetting one memory."""

    reads: ClassVar = {"memory": lambda text: None if text == "keep" else UUID(text)}

    def __init__(self, person_id: int, memory: UUID | None) -> None:
        """Offer to forget a memory, or with None to keep it."""
        label, style = ("Keep it", ButtonStyle.secondary)
        if memory is not None:
            label, style = ("Forget it", ButtonStyle.danger)
        super().__init__(person_id, f"whisper:forget:{memory or 'keep'}:{person_id}", label, style)
        self.memory = memory

    async def press(self, interaction: discord.Interaction[Any]) -> None:
        """Forget the memory if it still exists and may be seen here."""
        text = "Nothing was forgotten."
        if self.memory is not None:
            gone = await in_database(_forget, self.memory, interaction)
            text = "Forgotten." if gone else "That was already forgotten."
        await interaction.edit_original_response(content=text, view=None)


class UnsayButton(
    YesNoButton,
    template=r"whisper:unsay:(?P<yes>yes|no):(?P<person_id>\d{1,20}):"
    r"(?P<channel_id>\d{1,20}):(?P<platform_id>\d{1,20})",
):
    """Yes or no to forgetting a message and everything that was made of it."""

    kind = "unsay"
    labels: ClassVar = {True: "Forget it", False: "Keep it"}
    styles: ClassVar = {True: ButtonStyle.danger, False: ButtonStyle.secondary}

    def __init__(self, person_id: int, yes: bool, channel_id: int, platform_id: int) -> None:
        super().__init__(person_id, yes, rest=f":{channel_id}:{platform_id}")
        self.channel_id, self.platform_id = channel_id, platform_id

    async def press(self, interaction: discord.Interaction[Any]) -> None:
        """Forget the message as if its author had deleted it."""
        text = "Nothing was forgotten."
        if self.yes and await in_database(_said_by, self.platform_id, self.person_id):
            await follow_deletion(
                PLATFORM, self.channel_id, self.platform_id, deleted_at=timezone.now()
            )
            text = "Forgotten. The message itself stays in Discord until you delete it there."
        await interaction.edit_original_response(content=text, view=None)


BUTTONS = (ConsentButton, EarlierButton, EraseButton, ForgetButton, UnsayButton)


def consent_question(person_id: int) -> list[PersonButton]:
    """Return the buttons under the question for consent."""
    return [ConsentButton(person_id, True), ConsentButton(person_id, False)]


def earlier_question(person_id: int, channel_id: int) -> discord.ui.View:
    """Return the button that has what led to a person's yes remembered as well."""
    return _view(EarlierButton(person_id, channel_id))


def privacy_buttons(person_id: int, *, remembers: bool) -> discord.ui.View:
    """Return the button that changes a person's consent to the other answer."""
    label = "Stop remembering" if remembers else "Remember me"
    buttons: list[PersonButton] = [ConsentButton(person_id, not remembers, label)]
    return _view(*buttons)


def erase_question(person_id: int) -> discord.ui.View:
    """Return the buttons under the question whether everything is to be erased."""
    return _view(EraseButton(person_id, True), EraseButton(person_id, False))


def forget_question(person_id: int, memory: UUID) -> discord.ui.View:
    """Return the buttons under the question whether a memory is to be forgotten."""
    return _view(ForgetButton(person_id, memory), ForgetButton(person_id, None))


def unsay_question(person_id: int, channel_id: int, platform_id: int) -> discord.ui.View:
    """Return the buttons under the question whether a message is to be forgotten."""
    ids = channel_id, platform_id
    return _view(UnsayButton(person_id, True, *ids), UnsayButton(person_id, False, *ids))


def _without(kind: type[PersonButton], message: discord.Message | None) -> discord.ui.View | None:
    """Return the buttons under a message but for those of a kind; None if there are no others."""
    shown = discord.ui.View.from_message(message, timeout=None).children if message else []
    view = discord.ui.View(timeout=None)
    for one in shown:
        custom_id = getattr(one, "custom_id", None) or ""
        if not kind.__discord_ui_compiled_template__.fullmatch(custom_id):
            view.add_item(one)
    # Their presses come to the kinds of buttons; this view is to be shown only.
    view.stop()
    return view if view.children else None


def view_of(buttons: Sequence[PersonButton]) -> discord.ui.View | None:
    """Return what Discord shows of buttons; None of none."""
    return _view(*buttons) if buttons else None


def _view(*buttons: PersonButton) -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    for button in buttons:
        view.add_item(button)
    return view


def _decide(person_id: int, granted: bool) -> bool:
    """Keep an answer; tell whether the person was remembered before it."""
    before = may_remember(person_id)
    decide_consent(person_id, granted=granted, source="discord")
    return before


async def _said_before(person_id: int, channel_id: int) -> list[CachedMessage]:
    """Return what a person said in a channel while nothing was kept of it."""
    cache = conversation_cache()
    said = await cache.recent(channel_id, MOST_EARLIER, for_user=person_id) or []
    return [one for one in said if not (one.agreed or one.from_companion) and one.text]


def _said_by(platform_id: int, person_id: int) -> bool:
    """Return whether a message is held as one of a person."""
    rows = Message.objects.filter(platform=PLATFORM, platform_id=platform_id, person_id=person_id)
    return rows.exists()


def _forget(memory_id: UUID, interaction: discord.Interaction[Any]) -> bool:
    memory = Memory.objects.filter(pk=memory_id).first()
    if memory is None or memory.person_id is None or not is_visible(memory, scope_of(interaction)):
        return False
    return actions.forget([memory_id], actor=Actor.person(memory.person_id)) == 1
