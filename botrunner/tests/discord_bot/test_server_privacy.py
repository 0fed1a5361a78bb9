"""What people who manage a server see of others with its commands: nothing that was said."""

from __future__ import annotations

import discord
import pytest_asyncio

from botrunner.models import Server
from botrunner.servers.actions import set_room
from memories.models import Memory
from profiles.actions import decide_consent
from whisper import outbox
from whisper.action_log import COMPANION
from whisper.database.access import in_database

SECRET = "zorblax"
# Each command of `/server`, with what it is given; "ann" stands for a member.
COMMANDS: dict[str, dict[str, object]] = {
    "server show": {},
    "server stats": {},
    "server log": {},
    "server setup": {},
    "server room": {},
    "server limits": {},
    "server retention": {},
    "server channel": {"talk": True},
    "server pause": {"paused": False},
    "server talk": {"answers": "mentions"},
    "server persona": {},
    "server facts list": {},
    "server facts add": {"fact": "The market is on Saturday."},
    "server facts remove": {"fact": SECRET},
    "server block add": {"member": "ann"},
    "server block list": {},
    "server block remove": {"member": "ann"},
}
# The same for what it suggests while somebody types.
SUGGESTED = (("server facts remove", "fact"), ("server persona", "persona"))


@pytest_asyncio.fixture
async def world(discord_world):
    """Return a simulated Discord where Eve manages a server, and Ann told secrets everywhere."""
    env = discord_world
    env.home, env.away = env.create_guild(), env.create_guild()
    rights = discord.Permissions(manage_guild=True, view_channel=True)
    env.eve = env.home.add_member(
        env.create_user("Eve"), roles=[env.home.create_role("boss", permissions=rights)]
    )
    ann = env.create_user("Ann")
    env.ann = env.home.add_member(ann)
    env.general = env.home.create_text_channel("general")
    await in_database(decide_consent, ann.id, granted=True, source="discord")
    await in_database(set_room, env.home.id, Server.Room.CHANNEL, actor=COMPANION)
    await env.ann.send_dm(f"My parrot is called {SECRET.title()}.")
    for place in (env.general, env.away.create_text_channel("other")):
        member = env.ann if place is env.general else env.away.add_member(ann)
        await member.send(place, f"<@{env.bot.user.id}> I hid the {SECRET} in the attic")
    await env.ann.slash(env.general, "reminder add", when="tomorrow at 9", what=f"feed {SECRET}")
    while await outbox.drain():
        pass
    assert await Memory.objects.filter(text__icontains=SECRET).acount() >= 3
    return env


async def test_no_command_for_a_server_shows_what_somebody_said(world):
    offered = {one for one in world.eve.available_commands(world.general) if "server" in one}
    assert offered == COMMANDS.keys()
    for name, given in COMMANDS.items():
        options = {key: world.ann if one == "ann" else one for key, one in given.items()}
        shown = await world.eve.slash(world.general, name, **options)
        for one in (shown.response, *shown.followups):
            assert one.flags.ephemeral, name
            assert SECRET not in str(one.content).lower(), name
            assert SECRET not in str([embed.to_dict() for embed in one.embeds]).lower(), name
    for name, option in SUGGESTED:
        found = await world.eve.autocomplete(world.general, name, option, SECRET[:3])
        assert SECRET not in str(found).lower(), name
