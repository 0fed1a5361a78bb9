"""What people are told when a command or a button fails, and what the log says of it."""

from __future__ import annotations

import logging
from types import SimpleNamespace
from unittest.mock import AsyncMock, Mock

from django.db import OperationalError

from botrunner.discord_bot.replying.errors import DATABASE_AWAY_TRY_AGAIN, apologise
from whisper.database.errors import DatabaseAwayError


async def test_a_button_that_fails_for_an_outage_asks_to_try_again(caplog):
    response = SimpleNamespace(is_done=lambda: False, send_message=AsyncMock())
    interaction = Mock(response=response, guild_id=None)
    fault = DatabaseAwayError("away")
    fault.__cause__ = OperationalError("server closed the connection")
    with caplog.at_level(logging.WARNING):
        await apologise(interaction, fault, "EraseButton")
    assert response.send_message.await_args.args == (DATABASE_AWAY_TRY_AGAIN,)
    assert [record.exc_info for record in caplog.records] == [None]
