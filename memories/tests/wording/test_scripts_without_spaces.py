"""What is said in Chinese, Japanese or Thai is remembered and found, greetings are not."""

from __future__ import annotations

import pytest

from memories.wording.memorable import worth_remembering
from memories.wording.phrasing import is_question, is_small_talk
from memories.wording.words import words


@pytest.mark.parametrize(
    "text",
    [
        "我住在北京",
        "你好，我叫小明",
        "東京で働いています",
        "ラーメンが好き",
        "ฉันมีแมวสองตัว",
        "저는 서울에 살아요",
        "Evleniyorum yarın",
        "I'm pregnant",
    ],
)
def test_what_says_something_is_worth_remembering(text):
    assert worth_remembering(text)
    assert not is_small_talk(text)


@pytest.mark.parametrize(
    "text",
    [
        "你好",
        "谢谢！",
        "晚安",
        "哈哈哈哈",
        "こんにちは",
        "ありがとうございます",
        "สวัสดีครับ",
        "555555",
    ],
)
def test_greetings_and_thanks_bring_nothing_to_mind(text):
    assert not worth_remembering(text)
    assert is_small_talk(text)


@pytest.mark.parametrize("text", ["你叫什么名字？", "你有猫吗", "お元気ですか", "คุณชื่ออะไร?"])
def test_a_bare_question_is_not_remembered(text):
    assert not worth_remembering(text)


def test_a_question_may_end_in_a_wide_sign():
    assert is_question("我住在哪里？")


def test_words_are_pairs_of_characters_where_there_are_no_spaces():
    assert words("我住在Berlin，北京!") == [
        "我",
        "住",
        "在",
        "我住",
        "住在",
        "berlin",
        *"北京",
        "北京",
    ]
    assert words("แมว") == ["แม", "มว"]
    assert words("naïve café, I'm") == ["naïve", "café", "i", "m"]
