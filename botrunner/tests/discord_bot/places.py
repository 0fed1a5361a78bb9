"""Where people meet in a simulated Discord."""

from __future__ import annotations

from typing import Any

from profiles.actions import decide_consent
from whisper.database.access import in_database


async def general_of_home(env: Any, *agreed: str) -> Any:
    """Return a channel of a new server, `env.home`, with `env.ann` and `env.ben` in it.

    Args:
        agreed: names of those who agreed to be remembered.
    """
    env.home = env.create_guild()
    env.ann = env.home.add_member(env.create_user("Ann"))
    env.ben = env.home.add_member(env.create_user("Ben"))
    for name in agreed:
        member = {"Ann": env.ann, "Ben": env.ben}[name]
        await in_database(decide_consent, member.id, granted=True, source="discord")
    return env.home.create_text_channel("general")
