"""A service that is away is not asked until a probe in the background finds it back."""

from __future__ import annotations

import asyncio
import logging
import math
from functools import partial
from typing import Any

import pytest
import redis

from whisper.circuit_breaker import AwayError, CircuitBreaker, State
from whisper.processes import event_loop
from whisper.redis.breaker import ProcessBreaker
from whisper.tests.waiting import until, wait_until

SECONDS = 5.0
ANN, BEN = 101, 102


class Service:
    """A service that can be away, and counts how often it was asked."""

    def __init__(self):
        self.away = False
        self.asked = 0

    def ask(self):
        self.asked += 1
        if self.away:
            raise ConnectionError("to 10.0.0.1")
        return "hello"

    async def ask_in_loop(self):
        return self.ask()


@pytest.fixture
def service():
    return Service()


def breaker_of(service, probe=None, **options):
    return CircuitBreaker(
        "service",
        probe or service.ask,
        faults=(OSError,),
        reason=lambda error: type(error).__name__,
        probe_seconds=options.pop("probe_seconds", 60.0),
        **options,
    )


@pytest.fixture(params=["in a thread", "in an event loop"])
def call(request, service):
    """Return a way to call the service through a breaker, by each of its faces."""

    def in_thread(breaker, **about):
        return breaker.call(service.ask, **about)

    def in_loop(breaker, **about):
        return asyncio.run(breaker.acall(service.ask_in_loop, seconds=SECONDS, **about))

    return in_thread if request.param == "in a thread" else in_loop


def test_failures_in_a_row_stop_all_calls(service, call):
    breaker = breaker_of(service, failures_to_open=3)
    service.away = True
    for _ in range(5):
        with pytest.raises(AwayError):
            call(breaker)
    assert (service.asked, breaker.state) == (3, State.OPEN)


def test_a_success_in_between_starts_the_count_again(service, call):
    breaker = breaker_of(service, failures_to_open=2)
    for away in (True, False, True):
        service.away = away
        try:
            call(breaker)
        except AwayError:
            assert away
    assert breaker.state is State.CLOSED


def test_a_failure_stops_its_subject_alone(service, call):
    breaker = breaker_of(service, failures_to_open=3)
    service.away = True
    with pytest.raises(AwayError):
        call(breaker, subject=ANN)
    service.away = False
    assert not breaker.allows(ANN)
    assert call(breaker, subject=BEN) == "hello"


@pytest.fixture
def overloaded(monkeypatch):
    """Let this process's event loop have been late just now."""
    monkeypatch.setattr(event_loop, "_last_late", math.inf)


@pytest.mark.clocked
async def test_no_answer_while_this_process_is_overloaded_is_no_outage(service, overloaded, caplog):
    breaker = breaker_of(service, failures_to_open=1)
    with pytest.raises(AwayError):
        await breaker.acall(asyncio.Event().wait, seconds=SECONDS, subject=ANN)
    # Nobody waits for the same again until it was looked at.
    assert not breaker.allows(ANN)
    assert await breaker.acall(service.ask_in_loop, seconds=SECONDS, subject=BEN) == "hello"
    assert "overloaded" in caplog.text
    assert "away" not in caplog.text
    breaker.stop()


@pytest.mark.clocked
async def test_an_answer_that_is_late_while_this_process_is_overloaded_is_waited_for(
    service, overloaded
):
    async def late():
        await asyncio.sleep(2 * SECONDS)
        return "hello"

    assert await breaker_of(service).acall(late, seconds=SECONDS) == "hello"


@pytest.mark.parametrize(
    ("error", "away"), [(redis.TimeoutError(), False), (redis.ConnectionError(), True)]
)
def test_redis_is_away_for_an_overloaded_process_only_if_it_refuses(
    error, away, overloaded, monkeypatch
):
    breaker = ProcessBreaker("redis://127.0.0.1:1")
    breaker.stop()
    told = []
    monkeypatch.setattr(breaker, "open", lambda when="": told.append(error))
    breaker.failed(error)
    assert bool(told) == away


def test_an_error_of_the_caller_is_not_the_services(service):
    breaker = breaker_of(service, failures_to_open=1)
    with pytest.raises(ValueError, match="mine"):
        breaker.call(partial(_fail, ValueError("mine")))
    assert breaker.state is State.CLOSED


def _fail(error):
    raise error


def test_it_tells_for_how_long_and_why_a_service_has_been_away(service):
    breaker = breaker_of(service, failures_to_open=1)
    assert breaker.away_for is None
    service.away = True
    with pytest.raises(AwayError):
        breaker.call(service.ask)
    assert breaker.trouble == "away for 0 s (ConnectionError)"
    breaker.since -= 200
    assert breaker.trouble == "away for 3 minutes (ConnectionError)"
    breaker.close()
    assert breaker.away_for is None


def test_a_probe_in_a_thread_lets_calls_through_again(service, caplog):
    caplog.set_level(logging.INFO, "whisper.circuit_breaker")
    breaker = breaker_of(service, failures_to_open=1, probe_seconds=0.01)
    service.away = True
    with pytest.raises(AwayError):
        breaker.call(service.ask)
    service.away = False
    wait_until(lambda: breaker.allows())
    assert breaker.call(service.ask) == "hello"
    # The thread tells it a moment after it lets calls through.
    wait_until(lambda: len(caplog.records) > 1)
    told = [record.getMessage() for record in caplog.records]
    assert told == ["service: away (ConnectionError); continuing without it", "service: back"]


async def test_a_probe_that_is_a_coroutine_runs_in_the_event_loop(service):
    loops = []

    async def probe():
        loops.append(asyncio.get_running_loop())
        service.ask()

    breaker = breaker_of(service, probe, failures_to_open=1, probe_seconds=0.01)
    service.away = True
    with pytest.raises(AwayError):
        await breaker.acall(service.ask_in_loop, seconds=SECONDS, subject=ANN)
    service.away = False
    await until(lambda: breaker.allows(ANN))
    assert set(loops) == {asyncio.get_running_loop()}


@pytest.mark.clocked
async def test_a_call_that_hangs_costs_no_more_than_its_time(service, waited):
    breaker = breaker_of(service, failures_to_open=1)
    with pytest.raises(AwayError):
        await breaker.acall(asyncio.Event().wait, seconds=SECONDS)
    assert waited() == pytest.approx(SECONDS)
    assert breaker.last_error == "TimeoutError"


def test_a_probe_that_fails_oddly_goes_on(service, caplog):
    odd = [KeyError("odd")]

    def probe():
        if odd:
            raise odd.pop()

    breaker = breaker_of(service, probe, failures_to_open=1, probe_seconds=0.01)
    breaker.failed(ConnectionError())
    wait_until(lambda: not breaker.is_open)
    assert "can't be used yet" in caplog.text


@pytest.mark.clocked
@pytest.mark.parametrize(("takes", "busy"), [(0.01, 10), (3, 1.05)])
async def test_a_process_that_was_too_busy_to_read_an_answer_takes_it_for_no_outage(takes, busy):
    loop: Any = asyncio.get_running_loop()
    breaker = CircuitBreaker("test", lambda: None, faults=(TimeoutError,), reason=str)

    async def answered():
        await asyncio.sleep(takes)
        return "here"

    def keep_busy():
        loop.clock.now += busy

    loop.call_soon(keep_busy)
    assert await breaker.acall(answered, seconds=1) == "here"


@pytest.mark.clocked
async def test_a_service_that_does_not_answer_a_busy_process_either_is_away():
    loop: Any = asyncio.get_running_loop()
    breaker = CircuitBreaker("test", lambda: None, faults=(TimeoutError,), reason=str)

    def keep_busy():
        loop.clock.now += 10

    loop.call_soon(keep_busy)
    with pytest.raises(AwayError):
        await breaker.acall(asyncio.Event().wait, seconds=1)
