"""Send files of any size to one person, within Discord's limit."""

from __future__ import annotations

import io
from typing import Any

import discord

# Discord counts the request, not only the file.
ROOM = 64 << 10
# More than this nobody puts together by hand.
MOST_PARTS = 20
IN_PARTS = (
    "It comes in {count} parts, because Discord takes no larger files. Save all of them in one "
    "folder and open `{name}.001` with 7-Zip, or join them: `cat {name}.* > {name}`."
)


async def send_file(
    interaction: discord.Interaction[Any], content: bytes, name: str, text: str
) -> bool:
    """Send a file that only this person sees, in parts if it is too large for Discord.

    Returns:
        False if it would take more parts than anybody wants; nothing is sent then.
    """
    size = max(1, interaction.filesize_limit - ROOM)
    parts = [content[start : start + size] for start in range(0, len(content), size)]
    if len(parts) > MOST_PARTS:
        return False
    if len(parts) > 1:
        text = f"{text} {IN_PARTS.format(count=len(parts), name=name)}"
    for number, part in enumerate(parts, 1):
        part_name = name if len(parts) == 1 else f"{name}.{number:03}"
        file = discord.File(io.BytesIO(part), part_name)
        await interaction.followup.send(text if number == 1 else "", file=file, ephemeral=True)
    return True
