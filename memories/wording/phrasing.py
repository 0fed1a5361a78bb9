"""How something is said, as far as recall needs to know."""

from __future__ import annotations

import re
from collections.abc import Iterable

from memories.wording.words import STOP_WORDS, UNSPACED, words_of_query

_ASKING = re.compile(
    r"[?？]\s*$|^\W*(who|whose|whom|what|when|where|which|why|how|do|does|did|is|are|was|were|am|can"
    r"|could|will|would|should|have|has|had|tell me|remind me|remember)\b",
    re.IGNORECASE,
)
_SMALL_WORDS = """
afternoon ah alright aww bye cool day evening fine good goodbye goodnight great haha hahaha hello
hey hi hmm hmmm huh k later lmao lol morning nah nice night nope oh ok okay omg please pls rofl
sorry sup sure thank thanks thx u ur well whatsup wow xd ya yay yeah yep yes yo
"""
_SMALL_TALK = frozenset(_SMALL_WORDS.split())
# The same in scripts without spaces; they are taken out of a text, as its words can't be told.
_COURTESIES = re.compile(
    "你好吗|你好|您好|大家好|早上好|早安|晚上好|晚安|再见|拜拜|谢谢你|谢谢|多谢|不客气|对不起|没关系|好的|好吧|是的"
    "|哈+|呵+|嘿+|嗯+|哦+|啊+|こんにちは|こんばんは|おはようございます|おはよう|おやすみなさい|おやすみ|ありがとうございます"
    "|ありがとう|すみません|ごめんなさい|ごめん|さようなら|またね|はい|うん|いいえ|なるほど|笑+"
    "|สวัสดี(?:ครับ|ค่ะ|คะ)?|ขอบคุณ(?:ครับ|ค่ะ|มาก)?|ราตรีสวัสดิ์|ลาก่อน|ขอโทษ|ครับ|ค่ะ|ใช่|โอเค|5{3,}"
)
_ASKS_UNSPACED = re.compile(r"[^。！!.]*(?:[?？]|[吗呢嗎]|ですか|ますか|ไหม|มั้ย)[?？\s]*$")
_FIRST_PERSON = frozenset({"i", "me", "my", "mine", "myself", "we", "us", "our", "ours"})


def is_question(text: str) -> bool:
    """Return whether a text asks for something rather than states it."""
    return bool(_ASKING.search(text))


def is_first_person(spoken: Iterable[str]) -> bool:
    """Return whether words, in lower case, speak of the speaker."""
    return not _FIRST_PERSON.isdisjoint(spoken)


def without_courtesies(text: str) -> str:
    """Return a text without greetings and thanks in scripts without spaces."""
    # "555" laughs in Thai.
    untouched = text.isascii() and "555" not in text
    return text if untouched else _COURTESIES.sub(" ", text)


def asks_without_spaces(text: str) -> bool:
    """Return whether a text in a script without spaces is a single question."""
    return UNSPACED.search(text) is not None and bool(_ASKS_UNSPACED.match(text))


def is_small_talk(text: str) -> bool:
    """Return whether nothing in a text could bring anything to mind: greetings, “lol”, emoji."""
    spoken = words_of_query(without_courtesies(text))
    telling = [word for word in spoken if word not in STOP_WORDS and word not in _SMALL_TALK]
    # “Who am I?” is made of stop words alone, but it is about somebody.
    return not telling and (_FIRST_PERSON.isdisjoint(spoken) or len(spoken) < 3)
