"""Tests of commands with the real process: what people and a server's admins read."""

from __future__ import annotations

import pytest

from botrunner.tests.discord_bot.discord_process import PATIENCE
from whisper.tests.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]


class Person:
    """Somebody in a channel who uses commands."""

    def __init__(self, control, person, channel) -> None:
        self.id, self.channel = person, channel
        self._control = control

    async def reads(self, call):
        """Return what the answer to an interaction says."""
        done = await self._control.wait_interaction(call, timeout=PATIENCE)
        answers = [one for one in (done["original"], *done["followups"]) if one]
        assert all(one["ephemeral"] for one in answers)
        return "\n".join(one["content"] for one in answers)

    async def uses(self, name, **options):
        """Use a command and return what its answer says."""
        return await self.reads(self._control.slash(self.channel, self.id, name, options))


async def test_the_commands_of_people_and_of_admins(running):
    c = running.control
    running.model.text = "I see."
    await until(c.commands)
    ann, ben = c.make_user("Ann"), c.make_user("Ben")
    guild = c.make_guild("Home", [ann, ben], owner=ann)
    channel = c.make_channel(guild, "general")
    admin, member = Person(c, ann, channel), Person(c, ben, channel)
    direct = Person(c, ann, c.open_dm(ann))

    assert "0 of 2 replies" in await admin.uses("server limits", replies=2)
    assert "after 30 days" in await admin.uses("server retention", days=30)
    assert "I won't answer" in await admin.uses("server block add", member=ben)
    assert f"<@{ben}>" in await admin.uses("server block list")
    assert "I answer" in await admin.uses("server block remove", member=ben)
    for name in ("server limits", "server retention", "server block list"):
        for person in (member, direct):
            with pytest.raises(ValueError, match="not offered"):
                await person.uses(name)

    assert "We begin afresh here" in await member.uses("clear")
    assert "nobody else that I can be" in await member.uses("persona list")
    assert "don't know that persona" in await direct.uses("persona choose", persona="_" * 90)
    assert "no moods of yours" in await direct.uses("mood")
    assert "ms away" in await direct.uses("ping")
    assert "don't remember what you tell me" in await direct.uses("followups on")

    said = c.send(channel, ann, "The ferry leaves at nine")
    asking = c.context_menu(channel, ben, "Ask about this", said, kind=3)
    await c.wait_interaction(asking, timeout=PATIENCE)
    typed = c.submit_modal(asking, {"question": "When does it leave?"})
    assert "I see." in await member.reads(typed)
