"""Texts get the states that people would give them, and odd ones do no harm."""

from __future__ import annotations

from pathlib import Path

import pytest

from profiles.emotions import NEUTRAL, classify
from profiles.emotions.features import END, START
from profiles.emotions.labels import LABELS, STATE, STATES, TABLE
from profiles.emotions.model import FOLDER, LABELS_FILE, MOODS_FILE, shipped, shipped_moods
from profiles.emotions.scores import evaluate
from profiles.models import Emotion

DATA = Path(__file__).parents[4] / "shared" / "data" / "goemotions"

# Moods said in words. Those that only circumstances tell (“Nobody remembered my birthday”) are
# beyond this classifier: see docs/emotions.md.
SENTENCES = """
happy|I had such a lovely day at the lake with my sister
happy|Haha that joke made me laugh so hard
happy|I love my new flat, it feels like home
happy|We got married last weekend and I am so happy
happy|I'm feeling really good today 😊
excited|I can't wait for the concert tomorrow!!!
excited|OMG we are going to Japan next month, I'm so excited
excited|Wow, I really got the job!!
excited|I'm so hyped for the new season
frustrated|My code keeps crashing and nothing I try works
frustrated|Ugh, this stupid printer is so annoying
frustrated|I've been on hold for two hours, this is getting ridiculous
frustrated|I'm so frustrated with this homework
frustrated|It's annoying that I have to explain it again and again
angry|I hate him, he lied to my face
angry|This makes me so angry, how dare they
angry|I'm furious at my boss
angry|What the fuck is wrong with these people
sad|My dog died this morning
sad|I miss my grandmother so much
sad|I feel so lonely and I cry every night
sad|I'm really sad today
sad|She left me and my heart is broken 😢
sad|I'm sorry, I should never have said that to you
disappointed|I really hoped they would come, but nobody showed up
disappointed|The movie was a let down
disappointed|I'm disappointed with my exam results
disappointed|Unfortunately the trip was cancelled
curious|How does photosynthesis work?
curious|I wonder what you think about that?
curious|Why is the sky blue?
curious|I'm curious, where did you learn this?
curious|I don't understand, what do you mean?
worried|I'm scared of the operation tomorrow
worried|I'm so nervous about my interview
worried|I'm worried about my mother, she is in hospital
worried|I'm afraid I will lose my job
worried|I feel overwhelmed and anxious about everything
grateful|Thank you so much for listening
grateful|Thanks, that really helped me
grateful|I really appreciate your help
grateful|I'm so grateful to have you
neutral|I went to the shop and bought milk
neutral|The meeting is at three in room 4
neutral|He is a teacher at the local school
neutral|Tomorrow I will take the train to Berlin
happy|What a beautiful sunny day, I enjoyed every minute
happy|My little brother made me laugh until I fell off the chair haha
happy|I love spending time with you
happy|We finally moved in and I'm really happy with the place
happy|That is great news, well done!
excited|I'm so excited about the trip next week!!
excited|Can't wait to see the new film tonight!
excited|Yay, I'm going to be an aunt!!
excited|This is so exciting, we start tomorrow
frustrated|Ugh, my laptop froze again and I lost everything
frustrated|It's so annoying that nobody ever answers my emails
frustrated|I'm fed up with these stupid forms
frustrated|I'm frustrated, this bug has cost me the whole day
angry|I hate my landlord, he is a liar
angry|I am so angry at my brother right now
angry|How dare she talk to me like that, fuck her
angry|People who hurt animals disgust me
sad|My cat died yesterday
sad|I feel so alone since I moved here
sad|I've been crying all evening
sad|I'm sad that summer is over
sad|I miss my dad so much 😢
sad|I'm so sorry, I feel terrible about what I said
disappointed|I'm really disappointed in my team
disappointed|Unfortunately I didn't get the flat
disappointed|The concert was disappointing
curious|How do vaccines work?
curious|I wonder why cats purr
curious|What do you mean by that?
curious|I'm confused, can you explain it again?
worried|I'm nervous about the presentation tomorrow
worried|I'm scared of what the doctor will say
worried|I'm worried that I won't find a job
worried|I have so much anxiety about flying
grateful|Thank you so much for your help!
grateful|Thanks for listening to me yesterday
grateful|I'm grateful for this friendship, thank you
neutral|The bus leaves at nine from platform two
neutral|I live in a town near the border
neutral|She put the keys on the table
neutral|My sister is called Maria and works at a bank
""".strip().splitlines()
SHARE_RIGHT = 0.9

ODD = {
    "empty": "",
    "white space": " \n\t\r ",
    "punctuation": "...!!! ??",
    "NUL": "\x00\x00",
    "a lone surrogate": "\ud83d",
    "digits": "123456789",
    "Chinese": "你好世界",
    "zero width": "\u200b\u200d\ufeff",
}


def _right(line: str) -> bool:
    state, text = line.split("|")
    return classify(text).emotion == state


@pytest.mark.heavy
def test_most_everyday_sentences_get_their_state():
    wrong = [line for line in SENTENCES if not _right(line)]
    assert len(wrong) <= (1 - SHARE_RIGHT) * len(SENTENCES), wrong


@pytest.mark.parametrize("state", sorted(Emotion))
def test_each_state_is_found(state):
    mine = [line for line in SENTENCES if line.startswith(state)]
    assert sum(map(_right, mine)) >= len(mine) / 2


def test_every_label_has_one_state_and_a_reason():
    assert len(LABELS) == len(set(LABELS)) == 28
    # A state may have no label: it is then learnt from its own lines alone.
    assert set(STATE.values()) <= set(STATES) == set(Emotion)
    assert all(reason for *_, reason in TABLE)


@pytest.mark.parametrize(
    ("label", "state"),
    [
        ("annoyance", "frustrated"),
        ("disgust", "angry"),
        ("fear", "worried"),
        ("grief", "sad"),
        ("gratitude", "grateful"),
        ("confusion", "curious"),
        ("desire", "neutral"),
        ("surprise", "curious"),
        ("neutral", "neutral"),
    ],
)
def test_labels_fold_into_states_as_written(label, state):
    assert STATE[label] == state


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_text_without_a_mood_is_neutral(text):
    assert classify(text).emotion == Emotion.NEUTRAL


@pytest.mark.parametrize("text", ["", "\x00", "\ud83d", "?!"])
def test_text_without_words_is_judged_without_the_model(text):
    assert classify(text) == NEUTRAL


@pytest.mark.heavy
@pytest.mark.parametrize(
    "text",
    ["a" * 100_000, "I am sad. " * 10_000, "😭" * 100_000, "ﷺ" * 100_000, "أنا حزين \u202e جدا"],
)
def test_of_a_long_or_foreign_text_only_so_much_is_judged(text):
    assert len("".join(shipped().read(text).tokens)) <= START + END
    feeling = classify(text)
    assert 0 <= feeling.intensity <= 1
    assert 0 <= feeling.confidence <= 1


@pytest.mark.parametrize(
    ("emoji", "state"),
    [("😭", "sad"), ("😡", "angry"), ("❤️", "happy"), ("🙏", "grateful"), (":(", "sad")],
)
def test_lone_emoji_mean_their_mood(emoji, state):
    assert classify(emoji).emotion == state


def test_a_negated_sign_is_no_sign():
    assert classify("I'm furious").scores["anger"] > classify("I'm not furious").scores["anger"]


def test_a_stated_wish_to_die_is_sad_and_never_excited():
    feeling = classify("I want to die")
    assert feeling.emotion == Emotion.SAD
    assert feeling.intensity >= 0.9
    assert feeling.valence < 0


def test_good_and_bad_texts_have_valence_of_their_sign():
    assert classify("I love this, thank you!").valence > 0.5
    assert classify("This is awful and I hate it").valence < -0.5


def test_triggers_are_words_of_the_text():
    feeling = classify("My boss is so ANNOYING and I’m angry")
    assert feeling.triggers
    assert set(feeling.triggers) <= {"boss", "annoying", "angry"}


def test_the_model_files_are_small():
    assert sum((FOLDER / name).stat().st_size for name in (LABELS_FILE, MOODS_FILE)) < 5_000_000
    assert shipped().classes == LABELS
    assert shipped_moods().classes == tuple(Emotion.values)


@pytest.mark.slow
@pytest.mark.skipif(not DATA.exists(), reason="GoEmotions is not beside this checkout")
def test_the_shipped_model_scores_on_the_test_part_what_its_card_says():
    from profiles.emotions.training import read_part

    test = read_part(DATA / "test.tsv")
    found = evaluate(shipped(), test.texts, test.labels)
    assert found["macro-F1, 28 labels"] >= 0.47
    assert found["macro-F1, Ekman 7"] >= 0.60
    assert found["polarity accuracy"] >= 0.86
    card = (FOLDER / "README.md").read_text()
    for name, value in found.items():
        assert f"| {name} | {value:.3f} |" in card


def test_the_documented_table_is_the_one_in_use():
    page = (Path(__file__).parents[3] / "docs" / "emotions.md").read_text()
    for label, state, _, _, reason in TABLE:
        assert f"| {label} | {state} | {reason} |" in page
