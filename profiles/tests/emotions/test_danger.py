"""Danger is heard in ten languages, straight or in other words, and jokes are told from it."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import call_command

from profiles.emotions import classify
from profiles.emotions.care import WORDS, crisis_line, crisis_reply, help_text
from profiles.emotions.danger import language_of_danger, learned
from profiles.emotions.danger.concepts import RULES
from profiles.emotions.danger.fold import MOST_CHARACTERS, folded
from profiles.emotions.danger.phrases import LANGUAGES, phrases_of
from profiles.emotions.moods import FOLDER
from profiles.models import Emotion
from whisper.environment import environment

# A little under what was reached, on lines for reporting alone.
FLOORS = {"precision": 90.0, "recall": 91.0}
STRAIGHT = {
    "en": "I want to kill myself",
    "de": "Ich will nicht mehr leben",
    "fr": "Je ne veux plus vivre",
    "es": "No quiero vivir más",
    "pt": "Não quero mais viver",
    "it": "Non voglio più vivere",
    "pl": "Nie chcę już żyć",
    "nl": "Ik wil niet meer leven",
    "tr": "Artık yaşamak istemiyorum",
    "ru": "Я не хочу жить",
}
UNHEARD = {
    "en": "nobody would notice if I was gone",
    "de": "niemand würde merken, wenn ich weg wäre",
    "fr": "personne ne remarquerait si je disparaissais",
    "es": "nadie se daría cuenta si desapareciera",
    "pt": "ninguém ia notar se eu sumisse",
    "it": "nessuno se ne accorgerebbe se sparissi",
    "pl": "nikt by nie zauważył, gdyby mnie nie było",
    "nl": "niemand zou het merken als ik er niet meer was",
    "tr": "yok olsam kimse fark etmez",
    "ru": "никто не заметит, если меня не станет",
}


@pytest.mark.heavy
def test_the_report_set_stays_above_its_floors():
    out = StringIO()
    call_command("evaluate", "danger", FOLDER / "danger-report.jsonl", json=True, stdout=out)
    figures = json.loads(out.getvalue())
    for name, floor in FLOORS.items():
        assert figures[name] >= floor, figures
    assert set(figures["by_language"]) == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_hears_it_straight_and_in_other_words(language):
    assert language_of_danger(STRAIGHT[language]) == language
    assert language_of_danger(UNHEARD[language]) == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_its_words_of_help_and_every_concept(language):
    assert environment.care_help_text not in WORDS[language].help or language == "en"
    assert "findahelpline.com" in crisis_reply(STRAIGHT[language])
    assert "{" not in crisis_reply(STRAIGHT[language])
    phrases = phrases_of(language)
    assert phrases.plain
    assert phrases.negations
    assert set(phrases.concepts) == {name for rule in RULES for name in rule.concepts}


@pytest.mark.parametrize(
    "text",
    [
        "I WANT TO DIE",
        "i wânt tô dïe",
        "i w̷̛̤a̸n̵t̶ ̴t̷o̷ ̵d̵i̴e̶",
        "i want to d\u200bi\u200be",
        "i d0nt w4nt to l1ve anymore",
        "i wаnt tо diе",  # With Cyrillic letters that look Latin.
        "ｉ ｗａｎｔ ｔｏ ｄｉｅ",
        "i want to diiiiiie",
        "i don’t want to live",
    ],
)
def test_disguised_letters_are_read(text):
    assert language_of_danger(text) == "en"


@pytest.mark.parametrize(
    "text",
    [
        "kms lol this homework",
        "this heat is killing me",
        "I want to die of embarrassment",
        "I don't want to die",
        "I would never kill myself",
        "ich will nicht sterben, ich will leben",
        "no quiero vivir en Madrid",
        "ik wil niet dood",
        "ölmek istemiyorum",
        "не хочу умирать",
        "my mum is going to kill me",
        "it's so cold here and I don't know anyone",
        "nothing to do here, nobody to see",
        "have you seen suicide squad?",
        "I'm 58 and I don't care who knows it",
        "I'll make myself some toast and try to eat a bit",
        "what happens to you if I delete the app, do you die",
        "we don't see our grandchildren enough",
        "perhaps they let me help out there again",
    ],
)
def test_jokes_denials_and_everyday_words_are_not_danger(text):
    assert language_of_danger(text) is None


@pytest.mark.heavy
@pytest.mark.parametrize(
    "piece",
    ["a", "die ", "i want to ", "kill myself not ", "no quiero ", "Z̸̢̛͎a̶͚", "ХОЧУ ", "ﷺ", "\ud83d"],
)
def test_a_long_text_is_read_at_its_start_and_end_alone(piece):
    text = piece * (100_000 // len(piece))
    assert len(folded(text)) < 30 * MOST_CHARACTERS
    assert language_of_danger(text + " . i want to kill myself") == "en"


def test_help_is_named_in_the_language_of_the_danger(monkeypatch):
    assert WORDS["fr"].help in crisis_line(STRAIGHT["fr"])
    monkeypatch.setattr(environment, "care_help_texts", {"fr": "Appelle le bureau des étudiants."})
    assert "Appelle le bureau" in crisis_line(STRAIGHT["fr"])
    assert WORDS["de"].help in crisis_line(STRAIGHT["de"])


def test_help_near_the_people_counts_more_than_a_translation(monkeypatch):
    monkeypatch.setattr(environment, "care_help_text", "Call the student office.")
    assert help_text("de") == "Call the student office."


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_is_in_danger_is_sad_in_every_language(language):
    feeling = classify(STRAIGHT[language])
    assert (feeling.emotion, feeling.intensity >= 0.9) == (Emotion.SAD, True)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("我不想活了", "zh"),
        ("もう死にたい", "ja"),
        ("ฉันอยากฆ่าตัวตาย", "th"),
        ("죽고 싶어요", "ko"),
        ("أريد أن أموت", "ar"),
    ],
)
def test_languages_without_phrases_are_heard_by_meaning(text, language):
    assert language_of_danger(text) == language
    assert "findahelpline.com" in crisis_reply(text)


def test_one_sentence_of_a_long_message_is_enough():
    talk = "Today I went to the market and bought some bread for the weekend. " * 8
    assert language_of_danger(f"{talk} Honestly I see no reason to stay alive. {talk}") == "en"
    assert language_of_danger(talk) is None


@pytest.mark.parametrize(
    "text",
    [
        "guess i was gone too much",
        "last thing what do you know about me",
        "it's 3am and the ceiling and I know each other well",
        "u think im gonna make it",
        "delete my last message",
        "please clear our whole chat history",
    ],
)
def test_who_was_away_lies_awake_or_asks_is_in_no_danger(text):
    assert language_of_danger(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "it's 3am, staring at the ceiling, I want to die",
        "do you think I should just end it",
        "can't sleep, I keep thinking about the pills",
        "delete my messages, I don't want to be alive anymore",
        "do you think anyone would miss me if I was gone",
    ],
)
def test_who_lies_awake_or_asks_may_still_be_in_danger(text):
    assert language_of_danger(text) == "en"


def test_who_would_not_be_missed_if_gone_may_be():
    assert language_of_danger("nobody would notice if I was gone") == "en"


def test_without_the_multilingual_model_the_phrases_decide(monkeypatch):
    monkeypatch.setattr("profiles.emotions.danger.learned.vector_or_none", lambda text: None)
    learned.margin.cache_clear()
    assert language_of_danger(STRAIGHT["de"]) == "de"
    assert language_of_danger("my arms look awful again, i needed it") is None
    learned.margin.cache_clear()


@pytest.mark.parametrize(
    "text",
    [
        "will she die",
        "is grandpa going to die?",
        "will Biscuit make it",
        "my uncle's in hospital and the doctors don't think he'll come home",
        "i want a puppy but dad says no",
    ],
)
def test_fear_for_somebody_else_and_a_wish_are_no_danger(text):
    assert language_of_danger(text) is None


@pytest.mark.parametrize("text", ["will I die if I take them all", "I want to die but mum says no"])
def test_danger_of_ones_own_is_still_heard(text):
    assert language_of_danger(text) == "en"
