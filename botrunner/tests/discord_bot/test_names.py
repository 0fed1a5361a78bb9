"""Tests of what is noted of the names of servers and channels."""

from __future__ import annotations

from memories.models import PlaceName
from whisper.database.access import in_database


def _names():
    rows = PlaceName.objects.values_list("place_id", "name", "guild_id")
    return {place: (name, guild) for place, name, guild in rows}


async def test_the_names_of_a_server_and_a_new_channel_are_noted(discord_world):
    env = discord_world
    guild = env.create_guild("Harbour Lights")
    channel = guild.create_text_channel("general")
    ann = guild.add_member(env.create_user("Ann"))
    await ann.send(channel, "hello everyone")
    found = await in_database(_names)
    assert found[guild.id] == ("Harbour Lights", None)
    assert found[channel.id] == ("general", guild.id)
