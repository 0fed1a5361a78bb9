"""What a person asks not to keep is answered, and kept nowhere."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from botrunner import history
from botrunner.conversation.actions import store_all
from botrunner.conversation.messages import said_in
from botrunner.conversation.respond import respond, respond_to_turn
from botrunner.conversation.unkept import LEFT_OUT, NOT_KEPT
from botrunner.conversation.withdrawing import follow_edit
from botrunner.history.convert import from_said
from botrunner.offline import OfflineCompanion
from botrunner.tests.byte_search import tables_with
from botrunner.tests.fakes import ANN, BEN, FakeModel, FakeSurface, said
from memories.models import Memory, Message, ReplyTrace
from memories.wording.memorable import asks_not_to_keep
from profiles.actions import decide_consent
from whisper import outbox
from whisper.database.access import in_database

pytestmark = pytest.mark.heavy


@pytest.fixture(autouse=True)
def _fresh_cache():
    history.reset()


def texts() -> str:
    kept = [*Message.objects.values_list("text", flat=True)]
    return " ".join([*kept, *Memory.objects.values_list("text", flat=True)])


@pytest.mark.django_db(transaction=True)
async def test_what_is_asked_not_to_be_kept_is_not():
    reply = await respond(
        said("don't remember this: my PIN is 4411"), FakeSurface(), model=OfflineCompanion()
    )
    while await outbox.drain():
        pass
    assert reply is not None
    assert "keep" in reply.text or "kept" in reply.text
    assert "4411" not in await in_database(texts)


@pytest.mark.heavy
@pytest.mark.django_db(transaction=True)
async def test_what_is_said_next_is_kept_as_ever():
    for text in ("don't save this, I hate my job", "my dog is called Rex"):
        await respond(said(text), FakeSurface(), model=OfflineCompanion())
    while await outbox.drain():
        pass
    kept = await in_database(texts)
    assert "Rex" in kept
    assert "hate" not in kept
    assert await in_database(Memory.objects.filter(person_id=ANN).exists)


async def everywhere(words: str) -> list[str]:
    while await outbox.drain():
        pass
    return await in_database(tables_with, words)


@pytest.mark.heavy
@pytest.mark.django_db(transaction=True)
async def test_what_is_not_to_be_kept_is_in_no_trace_and_no_context_of_what_comes_later():
    model = FakeModel()
    await respond(
        said("don't remember this: my PIN opens with zanzibar"), FakeSurface(), model=model
    )
    await respond(said("My dog is called Rex and he is old"), FakeSurface(), model=model)
    assert "zanzibar" in str(model.asked[-1].messages)
    assert await everywhere("zanzibar") == []
    (trace,) = await in_database(lambda: list(ReplyTrace.objects.all()))
    assert "Rex" in str(trace.prompt)
    assert "(not kept)" in str(trace.prompt)


@pytest.mark.heavy
@pytest.mark.django_db(transaction=True)
async def test_one_of_several_quick_messages_is_not_kept():
    turn = [said("Off the record: zanzibar is my hideout"), said("My dog is called Rex")]
    await respond_to_turn(turn, FakeSurface(), model=FakeModel())
    assert await everywhere("zanzibar") == []
    assert "Rex" in await in_database(texts)


@pytest.mark.django_db(transaction=True)
async def test_quick_messages_before_one_that_is_not_kept_are_heard():
    turn = [said("My dog is called Rex"), said("Off the record: zanzibar is my hideout")]
    await respond_to_turn(turn, FakeSurface(), model=FakeModel())
    assert await everywhere("zanzibar") == []
    facts = Memory.objects.filter(kind=Memory.Kind.USER_FACT)
    held = await in_database(list, facts.values_list("text", flat=True))
    assert any("Rex" in text for text in held)


@pytest.mark.parametrize(
    ("turn", "kept"),
    [
        (["I hide in zanzibar on Sundays", "Please don't remember that."], []),
        (["My dog is called Rex", "I hide in zanzibar", "forget it"], ["Rex", "zanzibar"]),
        (["My dog is called Rex", "I hide in zanzibar", "off the record!"], ["Rex"]),
        (["Don't write this down:", "I hide in zanzibar", "My dog is called Rex"], ["Rex"]),
        (["this is off the record", "I hide in zanzibar"], []),
    ],
)
@pytest.mark.django_db(transaction=True)
async def test_a_wish_that_says_nothing_else_is_about_what_stands_beside_it(turn, kept):
    messages = [said(text, again=True) for text in turn]
    await in_database(store_all, messages)
    await respond_to_turn(messages, FakeSurface(), model=FakeModel())
    found = [word for word in ("Rex", "zanzibar") if await everywhere(word)]
    assert found == kept


@pytest.mark.heavy
@pytest.mark.django_db(transaction=True)
async def test_a_wish_that_comes_later_takes_back_the_message_before_it():
    for text in ("My dog is called Rex", "I hide in zanzibar"):
        await respond(said(text), FakeSurface(), model=FakeModel())
    wish = said("please don't remember what I said")
    # Discord was away when it was to be replied to first.
    for surface in (FakeSurface(broken=True), FakeSurface()):
        with suppress(ConnectionError):
            await respond(wish, surface, model=FakeModel())
        wish = replace(wish, again=True)
    assert await everywhere("zanzibar") == []
    assert await everywhere("Rex") != []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "wish", ["don't remember this: I quit", "off the record, I'm ill", "Don't keep this:"]
)
async def test_what_was_said_before_a_wish_about_something_else_stays(wish):
    for text in ("My dog is called Rex", wish):
        await respond(said(text), FakeSurface(), model=FakeModel())
    assert "Rex" in await in_database(texts)


@pytest.mark.django_db(transaction=True)
async def test_a_wish_takes_back_nothing_of_others_and_nothing_from_long_ago():
    old = said("My dog is called Rex", sent_at=timezone.now() - timedelta(hours=1))
    await respond(old, FakeSurface(), model=FakeModel())
    await respond(said("I sail", person_id=BEN), FakeSurface(), model=FakeModel())
    await respond(said("Don't remember that"), FakeSurface(), model=FakeModel())
    kept = await in_database(texts)
    assert "Rex" in kept
    assert "I sail" in kept


@pytest.mark.django_db(transaction=True)
async def test_a_model_need_not_say_itself_that_something_is_not_kept():
    surface = FakeSurface()
    await respond(
        said("Please don't remember this: I'm ill"), surface, model=FakeModel("Get well.")
    )
    assert surface.sent[0].text == f"Get well.\n\n{NOT_KEPT}"


@pytest.mark.django_db(transaction=True)
async def test_a_secret_is_left_out_everywhere_and_the_person_is_told():
    surface, model = FakeSurface(), FakeModel()
    await respond(said("My card is 4111 1111 1111 1111, keep it safe"), surface, model=model)
    assert LEFT_OUT in surface.sent[0].text
    assert "4111" not in str(model.asked[0].messages)
    assert await everywhere("1111 1111") == []
    assert "[card number left out]" in await in_database(texts)


@pytest.mark.heavy
@pytest.mark.django_db(transaction=True)
async def test_a_secret_does_not_come_in_by_an_edit():
    first = said("My card is lost")
    await respond(first, FakeSurface(), model=FakeModel())
    text, at = "My card is 4111 1111 1111 1111", timezone.now()
    where = (first.platform, first.channel_id, first.platform_id)
    await follow_edit(*where, text=text, edited_at=at)
    assert await everywhere("1111 1111") == []


@pytest.mark.parametrize(
    "text",
    [
        "I don't remember this song at all",
        "I really don't remember that evening",
        "She said she did not keep that promise",
        "We never keep it secret",
    ],
)
def test_what_somebody_does_not_remember_themself_is_kept(text):
    assert not asks_not_to_keep(text)


@pytest.mark.parametrize(
    "text",
    [
        "Please don't remember this: I'm ill",
        "off the record, I quit",
        "don’t write this down but I quit",
        "This stays between us, don't save that",
        "don't note that down",
        "please do not store this message",
        "You must never keep what I say now: I'm pregnant",
        "nicht merken: ich kündige",
        "ne retiens pas ça, je suis malade",
        "no guardes esto: estoy enfermo",
    ],
)
def test_ways_of_asking_not_to_keep(text):
    assert asks_not_to_keep(text)


async def read_again(*texts: str) -> FakeModel:
    """Let a channel that is no longer held be read again, and a reply be made of it."""
    model, earlier = FakeModel(), []
    for text in texts:
        one = said(text)
        await respond(one, FakeSurface(), model=model)
        # Discord has it as it was written.
        earlier.append(replace(from_said(said_in(one)), text=text))
    history.reset()
    await respond(said("What do you make of it?"), FakeSurface(earlier=earlier), model=model)
    return model


@pytest.mark.heavy
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "text", ["Off the record: zanzibar is my hideout", "My password is: zanzibar99x!"]
)
async def test_what_discord_tells_again_is_not_kept_either(text):
    model = await read_again(text)
    assert "What do you make of it?" in str(model.asked[-1].messages)
    assert await everywhere("zanzibar") == []


@pytest.mark.django_db(transaction=True)
async def test_a_secret_that_discord_tells_again_reaches_no_model():
    model = await read_again("My card is 4111 1111 1111 1111, keep it safe")
    assert "1111 1111" not in str(model.asked[-1].messages)


@pytest.mark.django_db(transaction=True)
async def test_what_was_said_before_a_yes_is_not_kept_when_discord_tells_it_again():
    ben = {"person_id": BEN, "local": False}
    before = said("zanzibar is my hideout", **ben)
    await respond(before, FakeSurface(), model=FakeModel())
    await in_database(decide_consent, BEN, granted=True, source="discord")
    history.reset()
    surface = FakeSurface(earlier=[from_said(said_in(before))])
    await respond(said("What do you make of it?", **ben), surface, model=FakeModel())
    assert await everywhere("zanzibar") == []


@pytest.mark.heavy
@pytest.mark.django_db(transaction=True)
async def test_a_reply_that_quotes_what_is_not_kept_is_not_kept_either():
    surface, model = FakeSurface(), FakeModel("Then go to zanzibar, quickly.")
    await respond(said("Off the record: zanzibar is my hideout"), FakeSurface(), model=model)
    await respond(said("Where do I go tonight?"), surface, model=model)
    assert "zanzibar" in surface.sent[0].text
    assert await everywhere("zanzibar") == []
    # It is still known in this conversation.
    await respond(said("And then what?"), FakeSurface(), model=model)
    assert str(model.asked[-1].messages).count("Then go to zanzibar") == 2


@pytest.mark.django_db(transaction=True)
async def test_a_reply_that_only_uses_common_words_is_kept():
    await respond(said("Off the record: I have a zanzibar"), FakeSurface(), model=FakeModel())
    model = FakeModel("I see that you have a dog called Rex.")
    await respond(said("My dog is called Rex"), FakeSurface(), model=model)
    assert "I see that you have a dog" in await in_database(texts)


@pytest.mark.heavy
@pytest.mark.django_db(transaction=True)
async def test_what_an_edit_asks_not_to_keep_is_not_kept():
    first = said("I have news for you all")
    await respond(first, FakeSurface(), model=FakeModel())
    where = (first.platform, first.channel_id, first.platform_id)
    text = "Off the record: zanzibar is my hideout"
    await follow_edit(*where, text=text, edited_at=timezone.now())
    assert await everywhere("zanzibar") == []
    assert await everywhere("have news") == []
