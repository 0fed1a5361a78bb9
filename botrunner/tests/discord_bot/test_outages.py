"""Tests of what waits for Discord: when it is tried again, and what counts as a failure."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import aiohttp
import pytest
from discord.http import Route

from botrunner.discord_bot.bot import WhisperBot
from botrunner.discord_bot.connection import budget
from botrunner.discord_bot.connection.network import PAUSES, outages, persistently
from botrunner.discord_bot.connection.rate_limits import PossibleRatelimit
from botrunner.discord_bot.supervisor import bound_requests

SEND = Route("POST", "/channels/{channel_id}/messages", channel_id=1)
READ = Route("GET", "/channels/{channel_id}/messages", channel_id=1)


class Sender:
    """Fails until Discord is back."""

    def __init__(self) -> None:
        self.is_back, self.attempts = False, 0

    async def __call__(self):
        self.attempts += 1
        if not self.is_back:
            raise TimeoutError
        return "sent"


@pytest.mark.clocked
async def test_what_waits_is_sent_at_once_when_discord_is_back(waited):
    senders = [Sender(), Sender()]
    sending = asyncio.gather(*map(persistently, senders))
    # In the middle of the fourth pause.
    await asyncio.sleep(sum(PAUSES[:3]) + PAUSES[3] / 2)
    began = waited()
    for one in senders:
        one.is_back = True
    outages.are_over()
    assert await sending == ["sent", "sent"]
    assert waited() == began
    assert [one.attempts for one in senders] == [5, 5]


@pytest.mark.clocked
async def test_a_discord_that_fails_for_some_is_not_asked_more_than_once_a_second():
    sender = Sender()
    sending = asyncio.create_task(persistently(sender))
    for _ in range(100):
        await asyncio.sleep(0.02)
        outages.are_over()
    sending.cancel()
    assert sender.attempts <= 4


class Api:
    """Discord's API, which does what it is told; what it is told last it does for ever."""

    def __init__(self, *answers: object) -> None:
        self.answers, self.returns = list(answers), 0
        self.http = SimpleNamespace(request=self._request)
        bound_requests(self.http, self._turn, returned=self._note)  # type: ignore[arg-type]

    async def ask(self, route: Route) -> object:
        return await self.http.request(route)

    async def _request(self, route, **options):
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def _turn(self) -> None: ...

    def _note(self) -> None:
        self.returns += 1


async def test_the_first_call_that_succeeds_tells_that_discord_is_back():
    api = Api(TimeoutError(), "read", TimeoutError(), "sent", "sent")
    with pytest.raises(TimeoutError):
        await api.ask(SEND)
    # It may fail for sending alone.
    await api.ask(READ)
    assert api.returns == 0
    with pytest.raises(TimeoutError):
        await api.ask(SEND)
    await api.ask(SEND)
    await api.ask(SEND)
    assert api.returns == 1


@pytest.mark.parametrize("fault", [KeyError("retry_after"), ValueError("could not convert")])
async def test_an_answer_that_cannot_be_read_is_a_failure_that_passes(fault):
    api = Api(fault, "sent")
    with pytest.raises(aiohttp.ClientPayloadError):
        await api.ask(SEND)
    assert await persistently(lambda: api.ask(SEND)) == "sent"
    assert api.returns == 1


@pytest.mark.parametrize(
    ("limit", "remaining", "seconds"),
    [
        ("-1", "-5", "-3"),
        ("0", "0", "1"),
        ("many", "few", "soon"),
        ("5", "0", "nan"),
        ("5", "0", "1e9"),
        ("5", "0", None),
    ],
)
async def test_impossible_rate_limits_hold_up_nothing(limit, remaining, seconds):
    headers = {
        "X-Ratelimit-Limit": limit,
        "X-Ratelimit-Remaining": remaining,
        "X-Ratelimit-Reset-After": seconds,
    }
    said = {name: value for name, value in headers.items() if value is not None}
    bucket = PossibleRatelimit(None)
    async with asyncio.timeout(30):
        for _ in range(3):
            async with bucket:
                bucket.update(SimpleNamespace(headers=said))  # type: ignore[arg-type]


@pytest.mark.clocked
async def test_a_possible_rate_limit_is_waited_for(waited):
    headers = {
        "X-Ratelimit-Limit": "1",
        "X-Ratelimit-Remaining": "0",
        "X-Ratelimit-Reset-After": "45",
    }
    bucket = PossibleRatelimit(None)
    for _ in range(2):
        async with bucket:
            bucket.update(SimpleNamespace(headers=headers))  # type: ignore[arg-type]
    assert 45 <= waited() <= 91


async def yes(*args, **options):
    return True


async def slot(*args, **options):
    return SimpleNamespace(hold=yes)


@pytest.mark.clocked
async def test_sessions_that_come_to_nothing_are_not_opened_until_none_is_left(waited, monkeypatch):
    bot = WhisperBot()
    limits = SimpleNamespace(max_concurrency=1, remaining=1000, reset_after=0)

    async def allowed():
        return limits

    monkeypatch.setattr(bot, "fetch_session_start_limits", allowed)
    monkeypatch.setattr(budget, "take_slot", slot)
    sessions = budget.Identifies(bot)
    for _ in range(30):
        await sessions.turn(0)
        await sessions.begin(0)
    assert waited() > 20 * budget.LONGEST_PAUSE
    sessions.is_open(0)
    began = waited()
    await sessions.turn(0)
    assert waited() == began
