"""Buttons and menus whose custom id holds their state, so that they work after a restart."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Self, TypeVar

import discord

from botrunner.discord_bot.replying.errors import answer, apologise

ItemT = TypeVar("ItemT", bound=discord.ui.Item[Any])


class KeptItem(discord.ui.DynamicItem[ItemT], template=r"whisper:none"):
    """A button or menu; kinds of them say what they do in `press`, and who may use them."""

    # How a group of the template is read as the argument of its name; as a number unless it says
    # otherwise.
    reads: ClassVar[Mapping[str, Callable[[str], Any]]] = {}
    not_theirs: ClassVar[str]

    @classmethod
    async def from_custom_id(
        cls,
        interaction: discord.Interaction[Any],
        item: discord.ui.Item[Any],
        match: re.Match[str],
        /,
    ) -> Self:
        """Return the one that was used, made from the named groups of its template."""
        groups = match.groupdict().items()
        return cls(**{name: cls.reads.get(name, int)(text) for name, text in groups})

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Let only those use it who may; a stop waits for it."""
        interaction.client.hold()
        if self.is_for(interaction):
            return True
        await answer(interaction, self.not_theirs)
        return False

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Acknowledge the press, do what it is for, and apologise if that fails."""
        try:
            await self.acknowledge(interaction)
            await self.press(interaction)
        except Exception as error:
            await apologise(interaction, error, type(self).__name__)

    async def acknowledge(self, interaction: discord.Interaction[Any]) -> None:
        """Answer Discord at once: it gives up after three seconds."""
        await interaction.response.defer()

    @abstractmethod
    def is_for(self, interaction: discord.Interaction[Any]) -> bool:
        """Return whether it may be used by whoever did."""

    @abstractmethod
    async def press(self, interaction: discord.Interaction[Any]) -> None:
        """Do what it is for."""
