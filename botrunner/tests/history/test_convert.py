"""One form of messages: from Discord, from the database, through JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from botrunner.history.base import CachedMessage
from botrunner.history.convert import (
    UnreadableMessageError,
    from_dict,
    from_row,
    from_said,
    to_dict,
)
from botrunner.tests.history.people import ANN, said
from memories.actions import Said, delete_message, store_message
from memories.models import Place

IDS = st.integers(min_value=0, max_value=2**63 - 1)
MESSAGES = st.builds(
    CachedMessage,
    id=IDS,
    person_id=st.none() | IDS,
    author_name=st.text(),
    from_companion=st.booleans(),
    text=st.text(st.characters()),
    sent_at=st.datetimes(
        min_value=datetime(2015, 1, 1),  # noqa: DTZ001
        timezones=st.builds(
            lambda minutes: timezone(timedelta(minutes=minutes)),
            st.integers(min_value=-1400, max_value=1400),
        ),
    ),
    channel_id=IDS,
    guild_id=st.none() | IDS,
    reply_to=st.none() | IDS,
    attachments=st.lists(
        st.fixed_dictionaries({"name": st.text(), "type": st.none() | st.text(), "url": st.text()})
    ).map(tuple),
    mentions=st.lists(IDS).map(tuple),
    bot=st.booleans(),
    # Others are never written as JSON.
    agreed=st.just(True),
)


@pytest.mark.heavy
@given(MESSAGES)
def test_nothing_is_lost_through_json(message):
    back = from_dict(json.loads(json.dumps(to_dict(message))))
    assert back == message
    assert back.sent_at.utcoffset() == message.sent_at.utcoffset()


@pytest.mark.heavy
@given(MESSAGES)
def test_ids_in_json_are_strings(message):
    values = to_dict(message)
    assert values["id"] == str(message.id)
    assert all(isinstance(one, str) for one in values["mentions"])


@pytest.mark.parametrize(
    "broken",
    [
        None,
        [],
        "text",
        {},
        {"format": 1},
        to_dict(said(1)) | {"format": 0},
        to_dict(said(1)) | {"id": "x"},
        to_dict(said(1)) | {"text": None},
        to_dict(said(1)) | {"sent_at": "2025-03-01T12:00:00"},
        to_dict(said(1)) | {"attachments": 7},
        to_dict(said(1)) | {"more": 1},
    ],
)
def test_something_else_is_refused(broken):
    with pytest.raises(UnreadableMessageError):
        from_dict(broken)


ANSWER = Said(
    platform="discord",
    platform_id=7,
    person_id=ANN,
    author_name="Whisper",
    text="Hello <@101>",
    sent_at=datetime(2025, 3, 1, tzinfo=UTC),
    channel_id=5,
    guild_id=6,
    place=Place.PUBLIC_CHANNEL,
    keep=True,
    reply_to=3,
    attachments=[{"name": "a.png", "type": "image/png", "url": "https://example.org/a"}],
    mentions={ANN: "Ann", 2**63 - 1: "Ben"},
    from_companion=True,
)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "said_so",
    [
        ANSWER,
        replace(ANSWER, from_companion=False, author_name="Ann", guild_id=None),
        replace(ANSWER, from_companion=False, from_bot=True, person_id=77),
    ],
    ids=["companion", "person", "another bot"],
)
def test_nothing_is_lost_between_what_was_said_and_the_database(said_so):
    stored, _ = store_message(said_so)
    stored.refresh_from_db()
    # Whether they still agree, the database is asked when it is read.
    assert replace(from_row(stored), agreed=True) == from_said(said_so)


@pytest.mark.django_db
def test_a_stored_answer_tells_whom_it_answers():
    message = from_row(store_message(ANSWER)[0])
    assert (message.person_id, message.reply_to, message.guild_id) == (ANN, 3, 6)
    assert message.mentions == (ANN, 2**63 - 1)
    assert message.attachments[0]["name"] == "a.png"
    assert message.from_companion
    assert message.bot


@pytest.mark.django_db
def test_what_may_not_be_kept_names_nobody():
    stored, _ = store_message(replace(ANSWER, keep=False))
    assert (stored.mentions, stored.attachments) == ({}, [])


@pytest.mark.django_db
def test_mentions_go_with_a_deleted_message():
    stored, _ = store_message(ANSWER)
    delete_message("discord", ANSWER.platform_id, deleted_at=ANSWER.sent_at)
    stored.refresh_from_db()
    assert stored.mentions == {}
