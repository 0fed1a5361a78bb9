"""What is heard in texts that are long, loud, mangled or at odds with themselves."""

from __future__ import annotations

import pytest

from memories.evaluation.facts import facts_of

MONDAY = "2026-03-02T18:00:00+00:00"


def heard(*texts: str) -> list[tuple[str, str, str]]:
    """Return what holds after some messages of one person: subject, predicate and value."""
    found = facts_of([{"text": text, "at": MONDAY} for text in texts])
    return [(one.subject, one.predicate, one.value) for one in found if one.until is None]


@pytest.mark.heavy
def test_of_a_text_of_100_000_characters_the_start_is_heard():
    filler = "nothing to see here, move along please. " * 2_600
    assert len(filler) > 100_000
    assert heard(f"I live in Ghent. {filler}I work at Acme.") == [("self", "home", "Ghent")]


def test_one_endless_word_states_nothing():
    assert heard("a" * 100_000) == []
    assert heard("I live in " + "a" * 100_000) == []


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("MY NAME IS HANNAH", ("self", "name", "HANNAH")),
        ("I LIVE IN GHENT!!!", ("self", "home", "GHENT")),
        ("I LIVE IN THE US", ("self", "home", "the US")),
        ("これからよろしく, my name is 桜", ("self", "name", "桜")),
        ("I live in Κωνσταντινούπολη", ("self", "home", "Κωνσταντινούπολη")),
        ("I\u00a0live\u2003in   Ghent", ("self", "home", "Ghent")),
        ("m\u0335\u0321\u0348y\u0337\u0322 \u0334\u0323name is Hannah", ("self", "name", "Hannah")),
    ],
)
def test_a_fact_is_heard_however_it_is_written(text, fact):
    assert fact in heard(text)


def test_no_heap_of_marks_gets_into_a_value():
    for _, _, value in heard("my name is H\u0337\u0321\u0348\u0323a\u0335\u0322\u0321nnah"):
        assert not any("\u0300" <= letter <= "\u036f" for letter in value)


@pytest.mark.parametrize(
    "text",
    [
        "my name is none of your business so stop asking me",
        "my name is I don't want to tell you",
        "my name is whatever you want it to be tonight",
        "call me when you get home",
        "call me maybe",
        "my name is",
        "I'm Gay",
        "I'm Sick",
        "I'm Vegan",
        "I'm Lost",
        "I'm Done With This",
    ],
)
def test_what_nobody_is_called_is_no_name(text):
    assert [fact for fact in heard(text) if fact[1] in {"name", "nickname"}] == []


def test_of_contradictory_facts_in_one_message_one_holds():
    homes = [fact for fact in heard("I live in Ghent. I live in Porto.") if fact[1] == "home"]
    assert homes == [("self", "home", "Porto")]
    assert heard("I love olives. I hate olives.") == [("self", "dislike", "olives")]


@pytest.mark.parametrize(
    "text",
    [
        "my birthday is 31.02.",
        "my birthday is 31 February",
        "I have an exam on 31.02.",
        "I have an exam on 30 February",
        "I was born on 00.13.1990",
        "I'm 999 years old",
        "I'm -5 years old",
    ],
)
def test_dates_and_ages_that_do_not_exist_are_not_kept(text):
    kinds = {"birthday", "plan", "age", "birth_year"}
    assert [fact for fact in heard(text) if fact[1] in kinds] == []


@pytest.mark.parametrize(
    "text",
    [
        "call yourself Nova from now on",
        "act as a lawyer from Texas",
        "write a story about a girl named Lila who lives in Rome",
        'translate "I am a doctor" into Spanish',
        "summarise this: My name is Ada and I live in London",
        "from the email: I am a prince from Nigeria",
        "[21:04] dave: i live in reno",
        "> I have two cats and live in Ohio",
        '"Call me Ishmael." best opening ever',
        "*draws her sword* I am Kael and I live in Erebor",
        "in minecraft I have a house by the sea and three cats",
        "my OC has a sister called Vex",
        "as your captain I order you to sail, I am Kael",
        "I have a PhD in overthinking",
        "I'm 5 years old inside",
        "my name is Inigo Montoya, prepare to die",
        "the lyrics go I live in Rome",
        "If I lived in Rome I'd have a dog called Rex",
        "I applied for a job at NASA",
        "my ex's new girlfriend is a dentist",
        "do you know where I live?",
    ],
)
def test_orders_quotations_play_and_wishes_state_nothing(text):
    assert heard(text) == []


def test_a_clause_that_opens_with_somebody_is_about_them():
    facts = heard("My dog Einstein is scared of vacuum cleaners")
    assert ("self", "dislike", "vacuum cleaners") not in facts
    assert ("dog", "name", "Einstein") in facts


def test_a_denial_alone_tells_nothing_of_the_past():
    found = facts_of([{"text": "I don't live in London, I live in Luton", "at": MONDAY}])
    assert [(one.value, one.until) for one in found] == [("Luton", None)]
