"""All that a Discord message shows in words: text, files, stickers, a poll, embeds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import discord

from botrunner.discord_bot.reading.naming import with_names
from whisper.names import among_words


def contents_of(message: discord.Message) -> str:
    """Return what a message shows, with names for ids."""
    parts = [with_names(message.content, message), *_beside(message)]
    return "\n".join(part for part in parts if part.strip()).strip()


def forwarded(message: discord.Message) -> list[str]:
    """Return what each message shows that a message forwards; Discord doesn't say whose it is."""
    found = []
    for one in message.message_snapshots:
        parts = [
            with_names(one.content, message),
            *_files(one.attachments),
            *_stickers(one.stickers),
            *_embeds(one.embeds),
        ]
        found.append("\n".join(part for part in parts if part.strip()))
    return [text for text in found if text]


def extras_of(message: discord.Message) -> Iterator[str]:
    """Yield what a person adds to a message's text: files, stickers, a poll."""
    yield from _files(message.attachments)
    yield from _stickers(message.stickers)
    if message.poll is not None:
        answers = ", ".join(among_words(one.text) for one in message.poll.answers)
        yield f"(poll: {message.poll.question} {answers})"


def _beside(message: discord.Message) -> Iterator[str]:
    yield from extras_of(message)
    yield from _embeds(message.embeds)


def _files(attachments: Iterable[discord.Attachment]) -> Iterator[str]:
    attachments = list(attachments)
    names = ", ".join(
        among_words(one.filename) for one in attachments if not one.is_voice_message()
    )
    if names:
        yield f"(attached: {names})"
    for one in attachments:
        if one.is_voice_message():
            yield f"(voice message of {round(one.duration or 0)} seconds)"


def _stickers(stickers: Iterable[discord.StickerItem]) -> Iterator[str]:
    names = ", ".join(among_words(one.name) for one in stickers)
    if names:
        yield f"(sticker: {names})"


def _embeds(embeds: Iterable[discord.Embed]) -> Iterator[str]:
    for embed in embeds:
        fields = [f"{one.name}: {one.value}" for one in embed.fields]
        parts = [embed.author.name, embed.title, embed.description, *fields, embed.footer.text]
        if text := "\n".join(part for part in parts if part):
            yield f"(embedded: {text})"
