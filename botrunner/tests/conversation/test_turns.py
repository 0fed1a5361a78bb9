"""Tests of who is answered when."""

from __future__ import annotations

import asyncio

import pytest

from botrunner.conversation.turns import (
    HOLDS_SECONDS,
    LONGEST_PAUSE,
    ORDER_SECONDS,
    LaterError,
    Turns,
)
from whisper.tests.moving import moving

ANN, BEN = 1001, 1002
HOME, AWAY = 1, 2


async def until(condition):
    """Wait until something is so, in steps that a clock of its own takes at once."""
    for _ in range(1000):
        if condition():
            return
        await asyncio.sleep(1)
    raise TimeoutError


class Companion:
    """Answers turns and keeps what it said; `gates` hold back single people."""

    def __init__(self) -> None:
        self.begun: list[list[str]] = []
        self.sent: list[list[str]] = []
        self.gates: dict[int, asyncio.Event] = {}
        self.faults: list[Exception] = []
        self.unanswerable: set[int] = set()
        self.at_once = self.most_at_once = 0

    async def answer(self, turn):
        self.at_once += 1
        self.most_at_once = max(self.at_once, self.most_at_once)
        try:
            self.begun.append(list(turn.messages.values()))
            if turn.person_id in self.gates:
                await self.gates[turn.person_id].wait()
            await asyncio.sleep(0)
        finally:
            self.at_once -= 1
        await turn.may_leave()
        if self.faults:
            raise self.faults.pop(0)
        if turn.person_id in self.unanswerable:
            raise LaterError("away")
        self.sent.append(list(turn.messages.values()))

    def holds(self, person):
        """Let the reply to a person take until the event is set."""
        self.gates[person] = asyncio.Event()
        return self.gates[person]


def turns_of(companion, **options):
    """Return turns that a companion answers."""
    return Turns(companion.answer, **{"window_seconds": 1.5, "at_once": 4} | options)


class Talk:
    """Says things, each with the next id."""

    def __init__(self, turns) -> None:
        self.turns = turns
        self.number = 0

    def says(self, person, text, channel=HOME):
        self.number += 1
        self.turns.add(person, channel, self.number, text)
        return self.number


async def answered(turns):
    """Wait until nobody waits."""
    await until(lambda: not len(turns))


@pytest.mark.clocked
async def test_quick_messages_are_one_turn():
    companion = Companion()
    talk = Talk(turns := turns_of(companion))
    for text in ("first", "second", "third"):
        talk.says(ANN, text)
        await asyncio.sleep(0.4)
    await answered(turns)
    assert companion.sent == [["first", "second", "third"]]


@pytest.mark.clocked
async def test_what_comes_while_a_reply_is_made_is_the_next_turn():
    companion = Companion()
    gate = companion.holds(ANN)
    talk = Talk(turns := turns_of(companion))
    talk.says(ANN, "first")
    await until(lambda: companion.begun)
    with moving("whisper_turns_waiting"):
        for text in ("second", "third"):
            talk.says(ANN, text)
            await asyncio.sleep(5)
    with moving("whisper_turn_seconds_bucket"):
        gate.set()
        await answered(turns)
    assert companion.sent == [["first"], ["second", "third"]]


@pytest.mark.clocked
async def test_slow_messages_are_turns_of_their_own():
    companion = Companion()
    talk = Talk(turns := turns_of(companion))
    for text in ("first", "second"):
        talk.says(ANN, text)
        await asyncio.sleep(10)
    await answered(turns)
    assert companion.sent == [["first"], ["second"]]


@pytest.mark.clocked
async def test_a_channel_with_thirty_people_is_answered_in_the_order_of_their_coming():
    companion = Companion()
    talk = Talk(turns := turns_of(companion))
    for part in ("a", "b"):
        for person in range(30):
            talk.says(person, f"{person}{part}")
    await answered(turns)
    assert companion.sent == [[f"{person}a", f"{person}b"] for person in range(30)]
    assert companion.most_at_once == 4


@pytest.mark.clocked
async def test_a_reply_that_is_made_sooner_waits_for_the_question_before_it():
    companion = Companion()
    gate = companion.holds(ANN)
    talk = Talk(turns := turns_of(companion))
    talk.says(ANN, "slow")
    talk.says(BEN, "quick")
    await until(lambda: len(companion.begun) == 2)
    assert companion.sent == []
    gate.set()
    await answered(turns)
    assert companion.sent == [["slow"], ["quick"]]


@pytest.mark.clocked
async def test_an_older_question_that_comes_to_light_later_is_answered_first():
    companion = Companion()
    gate = companion.holds(BEN)
    turns = turns_of(companion)
    turns.add(ANN, HOME, 20, "new")
    await until(lambda: companion.begun)
    for number, text in ((10, "missed"), (11, "missed too")):
        turns.add(BEN, HOME, number, text)
    gate.set()
    await answered(turns)
    turns.add(ANN, HOME, 40, "newer")
    turns.add(BEN, HOME, 30, "missed again")
    await answered(turns)
    assert companion.sent[1:] == [["missed", "missed too"], ["missed again"], ["newer"]]


@pytest.mark.clocked
async def test_what_was_missed_joins_a_turn_that_may_not_begin_yet():
    companion = Companion()
    turns = turns_of(companion, admit=lambda turn: missed(turn))

    async def missed(turn):
        if 10 not in turn.messages:
            turns.add(ANN, HOME, 10, "missed")
        return 0.0

    turns.add(ANN, HOME, 20, "new")
    await answered(turns)
    assert companion.sent == [["new", "missed"]]


@pytest.mark.clocked
async def test_what_comes_to_light_while_the_reply_to_a_later_message_is_made_joins_it():
    companion = Companion()
    gate = companion.holds(ANN)
    turns = turns_of(companion)
    turns.add(ANN, HOME, 20, "later")
    await until(lambda: companion.begun)
    turns.add(ANN, HOME, 10, "missed")
    gate.set()
    await answered(turns)
    assert [sorted(one) for one in companion.sent] == [["later", "missed"]]


@pytest.mark.clocked
async def test_what_comes_to_light_behind_a_reply_that_is_written_again_waits_for_it():
    companion = Companion()
    gate = companion.holds(ANN)
    turns, now = turns_of(companion), asyncio.get_running_loop().time
    turns.add(ANN, HOME, 20, "later", alone=True)
    await until(lambda: companion.begun)
    turns.add(ANN, HOME, 10, "missed")
    gate.set()
    opened = now()
    await answered(turns)
    assert companion.sent == [["later"], ["missed"]]
    assert now() - opened < ORDER_SECONDS


@pytest.mark.clocked
async def test_another_channel_does_not_wait():
    companion = Companion()
    gate = companion.holds(ANN)
    talk = Talk(turns := turns_of(companion))
    talk.says(ANN, "slow")
    talk.says(BEN, "quick", AWAY)
    await until(lambda: companion.sent == [["quick"]])
    gate.set()
    await answered(turns)


@pytest.mark.clocked
async def test_replies_that_wait_for_their_order_take_no_place_from_those_before_them():
    companion = Companion()
    gate = companion.holds(ANN)
    talk = Talk(turns := turns_of(companion, at_once=1))
    talk.says(ANN, "first")
    await until(lambda: companion.begun)
    talk.says(ANN, "second")
    talk.says(BEN, "third")
    gate.set()
    await answered(turns)
    assert companion.sent == [["first"], ["second"], ["third"]]


@pytest.mark.clocked
async def test_a_model_that_hangs_silences_nobody_else_for_ever():
    companion = Companion()
    companion.holds(ANN)
    talk = Talk(turns_of(companion))
    talk.says(ANN, "hangs")
    talk.says(BEN, "quick")
    await until(lambda: companion.sent == [["quick"]])


@pytest.mark.clocked
async def test_a_message_that_is_deleted_while_it_waits_is_left_out():
    companion = Companion()
    talk = Talk(turns := turns_of(companion))
    talk.says(ANN, "first")
    turns.drop(talk.says(ANN, "second"))
    await answered(turns)
    assert companion.sent == [["first"]]


@pytest.mark.clocked
async def test_nobody_is_asked_about_a_turn_of_which_all_was_deleted():
    companion, asked = Companion(), []

    async def admit(turn):
        asked.append(list(turn.messages.values()))
        return 0

    talk = Talk(turns := turns_of(companion, admit=admit))
    turns.drop(talk.says(ANN, "first"))
    await asyncio.sleep(2)
    talk.says(ANN, "second")
    await answered(turns)
    assert asked == companion.sent == [["second"]]


@pytest.mark.clocked
async def test_a_message_that_is_deleted_while_its_reply_is_made_gets_none():
    companion = Companion()
    companion.holds(ANN)
    talk = Talk(turns := turns_of(companion))
    number = talk.says(ANN, "first")
    await until(lambda: companion.begun)
    turns.drop(number)
    await answered(turns)
    await asyncio.sleep(5)
    assert companion.sent == []


@pytest.mark.clocked
async def test_an_edit_while_a_reply_is_made_is_what_gets_answered():
    companion = Companion()
    gate = companion.holds(ANN)
    talk = Talk(turns := turns_of(companion))
    number = talk.says(ANN, "Miso")
    await until(lambda: companion.begun)
    turns.replace(number, "Nori")
    await until(lambda: len(companion.begun) == 2)
    gate.set()
    await answered(turns)
    assert companion.sent == [["Nori"]]


@pytest.mark.clocked
async def test_a_reply_that_fails_for_a_while_is_tried_again():
    companion = Companion()
    companion.faults = [LaterError("away")] * 5
    talk = Talk(turns := turns_of(companion))
    talk.says(ANN, "hello")
    talk.says(BEN, "me too")
    await answered(turns)
    assert companion.sent == [["hello"], ["me too"]]


@pytest.mark.clocked
async def test_a_reply_that_fails_for_long_keeps_its_place_before_what_its_person_says_later():
    companion = Companion()
    companion.faults = [LaterError("away")] * 100
    talk = Talk(turns := turns_of(companion))
    number = talk.says(ANN, "hello")
    await asyncio.sleep(2 * HOLDS_SECONDS)
    assert turns.has(number)
    talk.says(ANN, "are you there?")
    await answered(turns)
    assert companion.sent == [["hello"], ["are you there?"]]


@pytest.mark.clocked
async def test_a_reply_that_fails_for_long_holds_up_nobody_else():
    companion = Companion()
    companion.unanswerable = {ANN}
    talk = Talk(turns := turns_of(companion))
    talk.says(ANN, "hello")
    await asyncio.sleep(HOLDS_SECONDS + 2 * LONGEST_PAUSE)
    talk.says(BEN, "me too")
    began = asyncio.get_running_loop().time()
    await until(lambda: companion.sent == [["me too"]])
    assert asyncio.get_running_loop().time() - began < 2 * LONGEST_PAUSE
    companion.unanswerable.clear()
    await answered(turns)
    assert companion.sent == [["me too"], ["hello"]]


@pytest.mark.clocked
async def test_when_a_failing_reply_can_be_sent_again_it_comes_before_what_others_say_later():
    companion = Companion()
    companion.unanswerable = {ANN}
    talk = Talk(turns := turns_of(companion))
    talk.says(ANN, "hello")
    await asyncio.sleep(HOLDS_SECONDS + 2 * LONGEST_PAUSE)
    companion.unanswerable.clear()
    talk.says(BEN, "me too")
    await answered(turns)
    assert companion.sent == [["hello"], ["me too"]]


@pytest.mark.clocked
async def test_a_failing_reply_is_tried_every_few_seconds_and_at_once_where_it_may_succeed_now():
    companion = Companion()
    companion.faults = [LaterError("away")] * 40
    talk = Talk(turns := turns_of(companion))
    talk.says(ANN, "hello")
    now = asyncio.get_running_loop().time
    await until(lambda: len(companion.begun) == 20)
    began = now()
    await until(lambda: len(companion.begun) == 30)
    assert 9 * LONGEST_PAUSE <= now() - began <= 11 * LONGEST_PAUSE
    companion.faults.clear()
    began = now()
    turns.try_now()
    await answered(turns)
    assert now() - began < LONGEST_PAUSE
    assert companion.sent == [["hello"]]


@pytest.mark.clocked
async def test_who_writes_too_much_is_answered_together_when_the_minute_is_over():
    companion = Companion()

    async def admit(turn):
        return 60.0 if turn.person_id == ANN else 0.0

    talk = Talk(turns := turns_of(companion, admit=admit))
    for n in range(3):
        talk.says(ANN, f"message {n}")
        await asyncio.sleep(2)
    talk.says(BEN, "calm")
    await until(lambda: companion.sent == [["calm"]])
    await answered(turns)
    assert companion.sent == [["calm"], ["message 0", "message 1", "message 2"]]


@pytest.mark.clocked
async def test_a_stop_finishes_what_is_being_made_and_begins_nothing():
    companion = Companion()
    gate = companion.holds(ANN)
    talk = Talk(turns := turns_of(companion))
    talk.says(ANN, "first")
    await until(lambda: companion.begun)
    talk.says(ANN, "second")
    talk.says(BEN, "third")
    turns.stop()
    gate.set()
    await answered(turns)
    assert companion.sent == [["first"]]


@pytest.mark.clocked
async def test_a_message_that_is_known_is_not_answered_twice():
    companion = Companion()
    turns = turns_of(companion)
    for _ in range(2):
        turns.add(ANN, HOME, 7, "hello")
    await answered(turns)
    assert companion.sent == [["hello"]]


@pytest.mark.clocked
async def test_it_is_crowded_while_as_many_replies_are_made_as_may_be_at_once():
    companion = Companion()
    talk = Talk(turns := turns_of(companion, at_once=2))
    gates = [companion.holds(person) for person in (ANN, BEN)]
    assert not turns.is_crowded()
    talk.says(ANN, "first", HOME)
    talk.says(BEN, "first", AWAY)
    await until(lambda: companion.at_once == 2)
    assert turns.is_crowded()
    for gate in gates:
        gate.set()
    await answered(turns)
    assert not turns.is_crowded()
