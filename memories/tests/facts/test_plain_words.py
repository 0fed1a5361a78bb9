"""What plain words state in any kind of talk, and what they don't."""

from __future__ import annotations

import pytest

from memories.tests.facts.test_asides import heard


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("I'm Kirsty with a K", "Their name is Kirsty."),
        ("Mum's a beekeeper up in Fife", "Their mum works as a beekeeper."),
        ("haven't eaten meat since 1999", "They eat no meat."),
        ("I'm a paramedic, vegan and always tired", "They are vegan."),
        ("I share a flat with two drummers", "They live with two drummers."),
    ],
)
def test_plain_words_are_kept(text, sentence):
    assert sentence in heard(text), heard(text)


@pytest.mark.parametrize(
    "text",
    [
        "is your mum a beekeeper?",
        "my hip op's on 18 November",
        "the axolotl in the film is called Gary",
        "my last ever shift at Tesco was yesterday",
        "allergic to early starts",
        "if I got a studio in Hull I'd never leave",
    ],
)
def test_what_only_sounds_like_it_is_not_kept(text):
    wrong = ("job", "birthday", "is called", "work", "allergic", "live", "born")
    assert not [one for one in heard(text) if any(word in one for word in wrong)]


@pytest.mark.parametrize(
    ("told", "then", "over"),
    [
        ("I'm learning Dutch", "gave Dutch the boot", "Dutch"),
        ("I broke my wrist", "the wrist is good as new", "wrist"),
        ("I work at Tesco", "had my last ever shift at Tesco yesterday", "Tesco"),
    ],
)
def test_what_is_given_up_or_mended_is_over(told, then, over):
    assert not any(over in one for one in heard(told, then))


@pytest.mark.parametrize(
    ("texts", "sentences"),
    [
        (
            ["my late wife Edith made plum jam"],
            {"Their wife Edith has died."},
        ),
        (["my late father was a miner"], {"Their father has died."}),
        (
            ["My sister is called Ann", "my late husband Ted built this shed"],
            {"Their sister is called Ann.", "Their husband Ted has died."},
        ),
        (
            ["we have three children", "Two of them live in Canada now"],
            {"They have three children."},
        ),
        (
            ["we have three children", "my youngest son is called Peter"],
            {"They have three children.", "Their son is called Peter."},
        ),
        (["I keep bees"], {"They keep bees."}),
        (["my favourite hymn is Abide With Me"], {"Their favourite hymn is Abide With Me."}),
        (
            ["my blood pressure tablets are called ramipril"],
            {"They are on blood pressure tablets."},
        ),
        (["my neighbour Doris does my shopping"], {"Their neighbour is called Doris."}),
        (["my dad does the cooking"], set()),
        (["my bro's in the army, stationed in Cyprus"], {"Their brother lives in Cyprus."}),
        (["I'm scared about my mocks"], set()),
        (["got mocks on Friday"], {"They have mocks on Friday, 6 March 2026."}),
        (
            ["my nan's 80 on saturday"],
            {"Their nan is 79 years old.", "Their nan's birthday is 7 March."},
        ),
        (
            ["we move the first of march to Leeds"],
            {"They are going to move on Monday, 1 March 2027."},
        ),
        (["I travelled the Settle to Carlisle line"], set()),
        (["saw the Leeds match with Dad"], set()),
    ],
)
def test_what_is_said_in_passing_is_heard_as_it_was_meant(texts, sentences):
    assert set(heard(*texts)) == sentences


@pytest.mark.parametrize(
    "text",
    [
        "the names of my students are Ines, Tom and Li",
        "we share with a guy called Abe (short for Abraham)",
        "my toddler says my name Dadoo",
    ],
)
def test_the_names_of_others_are_not_ones_own(text):
    assert not any(one.startswith("Their name is") for one in heard(text)), heard(text)


def test_a_name_after_its_word_is_ones_own():
    assert "Their name is Dave." in heard("the name's Dave")


@pytest.mark.parametrize(
    ("told", "then", "sentence"),
    [
        (
            "my knee operation is on 5 April",
            "The knee has been put back to the 19th",
            "19 April 2026",
        ),
        (
            "I'm going to see the lawyer about the house on Wednesday at 9",
            "The lawyer was moved, it is now Friday at 11",
            "6 March 2026 at 11:00",
        ),
        (
            "my knee operation is on 28 March",
            "the knee has been put back to the 3rd",
            "3 April 2026",
        ),
    ],
)
def test_a_plan_that_is_moved_is_known_by_one_of_its_words(told, then, sentence):
    plans = [one for one in heard(told, then) if "2026" in one]
    assert len(plans) == 1, plans
    assert sentence in plans[0]


def test_a_word_that_two_plans_share_moves_neither():
    told = "my knee operation is on 28 March and my knee scan is on 30 March"
    held = heard(told, "the knee has been put back to the 31st")
    assert not any("31 March" in one for one in held)


def test_a_repeated_reminder_is_no_plan():
    assert not heard("remind me every evening at 9 to lock the door")


def test_a_plan_ends_with_no_preposition_left_over():
    plans = heard("I have to hand the keys back by the end of the month")
    assert plans
    assert " by on " not in plans[0]


def test_parting_is_heard_in_learners_words():
    assert "broke up" in " ".join(heard("we breaked up, me and Luca"))


@pytest.mark.parametrize(
    "text", ["my niece Ada sings on the 22nd, at the church, ten o'clock", "im learning to paint"]
)
def test_a_clock_is_no_age_and_a_small_word_nothing_to_learn(text):
    assert not any("years old" in one or "learning to." in one for one in heard(text))


@pytest.mark.parametrize(
    "text",
    [
        "my cousin Edna cooks for us since the funeral",
        "my aunt Rosa hasn't rung since Grandad's funeral",
    ],
)
def test_who_is_spoken_of_since_a_funeral_has_not_died(text):
    assert not any(
        one.startswith(("Their cousin", "Their aunt")) and "died" in one for one in heard(text)
    )


def test_who_died_is_heard_by_the_funeral():
    assert any("died" in one for one in heard("we went to my uncle Bob's funeral"))


def test_an_ex_is_one_without_a_hyphen_too():
    assert "Their ex-wife is called Sue." in heard("ex wife Sue wants the car")
