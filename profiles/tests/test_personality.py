"""A guess at personality is careful: near the middle, and none without much text."""

from __future__ import annotations

import pytest

from profiles.personality import (
    KINDS,
    LEAST_MESSAGES,
    REACH,
    TRAITS,
    USUAL,
    personality_of,
)

PLAIN = "The boat went down to the river and came back in the evening with fish on it."


def test_too_little_text_tells_nothing():
    assert personality_of([]) == {}
    assert personality_of([PLAIN] * (LEAST_MESSAGES - 1)) == {}
    assert personality_of(["ok"] * 200) == {}


def test_ordinary_text_stays_near_the_middle():
    found = personality_of([PLAIN] * LEAST_MESSAGES)
    assert all(0.4 < found[trait] < 0.6 for trait in TRAITS)


@pytest.mark.parametrize(
    ("trait", "higher", "lower"),
    [
        ("openness", "The moon over the bay is a lamp", "I think I lost my keys myself"),
        ("conscientiousness", "Plan finished, work ready by noon", "Not this shit, never, damn"),
        ("extraversion", "We love it, you are fun together", "Rain fell on stones by dawn"),
        ("agreeableness", "Thanks, we had such a lovely day", "What a stupid damn idiot he is"),
        ("neuroticism", "I am so worried and scared, I cry", "You saw your train leave, did you"),
    ],
)
def test_each_trait_follows_its_words(trait, higher, lower):
    high, low = (personality_of([text] * 300)[trait] for text in (higher, lower))
    assert high > 0.5 > low


def test_more_text_is_believed_more_and_never_beyond_the_reach():
    text = "I am so worried and scared that I cry"
    some, many = (personality_of([text] * count)["neuroticism"] for count in (80, 500))
    assert 0.5 < some < many <= 0.5 + REACH


@pytest.mark.parametrize(
    ("text", "style"),
    [
        ("lol idk, see u at five by the old bridge then and bring some cake or bread", "casual"),
        ("The ship leaves at noon from the third quay.", "formal"),
        ("haha ok see you at the old bridge", "casual"),
    ],
)
def test_the_style_is_named_where_it_stands_out(text, style):
    assert style in personality_of([text] * 100)["communication"]


def test_long_messages_are_detailed_and_ordinary_ones_have_no_style():
    assert "detailed" in personality_of([f"{PLAIN} {PLAIN}"] * 60)["communication"]
    assert (
        personality_of(["the boat went down to the river and came back early"] * 60)[
            "communication"
        ]
        == ""
    )


@pytest.mark.parametrize(
    ("said", "style"),
    [
        ("should i go, not sure if the pros and cons are even", "weighing"),
        ("i decided, let's just go, made up my mind right away", "quick"),
        ("the boat went down to the river and came back", ""),
    ],
)
def test_the_style_of_decisions_follows_the_words(said, style):
    assert personality_of([said] * 80)["decision"] == style


def test_each_kind_of_words_has_its_usual_share_and_is_used():
    assert set(KINDS) == set(USUAL) == {kind for kinds in TRAITS.values() for kind in kinds}
