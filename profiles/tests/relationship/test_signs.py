"""What messages show of trust and wishes, and what is not taken for it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from profiles.relationship.signs import MOST_SIGNS, Signs, signs_in, with_signs

# A Friday.
NOW = datetime(2026, 3, 20, 18, 30, tzinfo=UTC)


def found(text: str) -> Signs:
    return signs_in(text, said_at=NOW)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("I’ve never told anyone this, but I failed the exam", "confided something"),
        ("Please don't tell anybody.", "confided something"),
        ("You're the only one I can talk to", "confided something"),
        ("nobody else knows about it", "confided something"),
        ("I need to get this off my chest", "confided something"),
        ("thank you so much for listening", "thanked for listening"),
        ("Thanks for letting me vent", "thanked for listening"),
        ("What should I do?", "asked for advice"),
        ("I could use some advice", "asked for advice"),
        ("What do you think I should tell her", "asked for advice"),
        ("I really trust you", "said they trust"),
        ("i know I can count on you", "said they trust"),
        ("I can tell you anything", "said they trust"),
        ("I feel safe talking to you", "feels understood"),
        ("You get me.", "feels understood"),
        ("It's so easy to talk to you", "feels understood"),
    ],
)
def test_signs_of_trust_are_seen(text, label):
    assert found(text).trust == (label,)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I don't trust you",
        "I never really trust your maps",
        "Can you tell anyone in the office to call?",
        "thanks for the recipe",
        "What should I wear",
        "I don't want your advice",
        "You get me a coffee and I get the cake",
        "It's not easy to talk to you",
        "He told everyone",
        "I can count to ten",
    ],
)
def test_everyday_words_show_no_trust(text):
    assert found(text).trust == ()


def test_a_message_can_show_several_signs():
    text = "Thanks for listening. I trust you, what should I do?"
    assert set(found(text).trust) == {
        "thanked for listening",
        "said they trust",
        "asked for advice",
    }


@pytest.mark.parametrize(
    "text",
    [
        "Let's keep this professional",
        "please keep it formal",
        "I'd rather keep things strictly professional, ok?",
        "Keep your distance!",
        "I want some distance from you",
        "Don't be so familiar with me",
        "stop acting like my best friend",
        "We're not friends.",
    ],
)
def test_a_wish_for_distance_is_heard(text):
    assert found(text).distance is True


@pytest.mark.parametrize(
    "text",
    [
        "I keep my distance from the edge",
        "Keep your distance from that dog",
        "Are we not friends?",
        "we're not friends, are we?",
        "My boss keeps it professional",
        "The distance between us and Lyon is long",
        "I trust you",
    ],
)
def test_other_words_wish_no_distance(text):
    assert found(text).distance is None


@pytest.mark.parametrize("text", ["We can be friends again", "no need to be so formal"])
def test_a_wish_for_distance_is_taken_back_in_words(text):
    assert found(text).distance is False


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("Ask me tomorrow how it went", timedelta(hours=10, minutes=30)),
        ("I have an exam. Ask me how it went tomorrow!", timedelta(hours=10, minutes=30)),
        ("ask me how my interview with Bo went", timedelta(hours=6)),
        ("can you check in on me in 3 days?", timedelta(days=2, hours=10, minutes=30)),
        ("Could you ask me about it next week", timedelta(days=6, hours=10, minutes=30)),
        ("ask me about this in 2 hours", timedelta(hours=2)),
        ("Ask me how it was on Monday", timedelta(days=2, hours=10, minutes=30)),
    ],
)
def test_a_wish_to_be_asked_later_is_heard_with_its_time(text, after):
    wish = found(text).follow_up
    assert wish is not None
    assert wish.wanted
    assert wish.at == NOW + after


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Ask me anything",
        "He will ask me out",
        "How did it go?",
        "They ask me to pay",
        "Tomorrow",
    ],
)
def test_other_words_ask_for_nothing_later(text):
    assert found(text).follow_up is None


def test_a_wish_to_be_asked_is_taken_back_in_words():
    wish = found("Please don't ask me how it went").follow_up
    assert wish is not None
    assert not wish.wanted


def test_signs_are_distinct_with_the_latest_last_and_capped():
    assert with_signs(["a", "b"], ["a"]) == ["b", "a"]
    many = with_signs([f"sign {n}" for n in range(MOST_SIGNS)], ["new"])
    assert (len(many), many[0], many[-1]) == (MOST_SIGNS, "sign 1", "new")


@pytest.mark.parametrize("known", [None, "", {}, [1, None, "a"]])
def test_a_list_of_odd_form_is_read_as_far_as_it_goes(known):
    assert with_signs(known, ["b"])[-1] == "b"


def test_a_huge_text_takes_no_time():
    assert not found("ask me how my " + "very " * 100_000)
