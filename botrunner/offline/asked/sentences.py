"""Which messages and sentences ask something, and what they state beside it."""

from __future__ import annotations

import re

from botrunner.offline.spelling import spelled

LONGEST_MESSAGE = 2000
FEWEST_STATED = 3
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")

_ASKS = re.compile(
    r"\?\s*$|^(?:(?:so|and|but|hey|yo|oi|hi|ok|okay|well|now|um|uh|wait|lol|haha|oh|omg|bro|then"
    r"|also|no|yeah|right|hang on|quick question|pls|please|whisper)[:,.!…]* )*"
    r"(?:what(?! an? (?!\w+[^.]*\?))|which|where|when|who|whose|whom|why|how|since when|until when"
    r"|(?:in|to|from|at|for|with|on|of|by) (?:which|what|where|whom?|how)\b|am i|are my|is my|is it"
    r"|was i|was my|were my|do i|do we|did i|did my|does my|do my|are we|were we|was it|have i"
    r"|have we"
    r"|has my|have you|had i|will my|can i|can you|could you|do you|did you|will i|are you|is there"
    r"|are there|(?:does|did|has|had|was|were|do) (?:he|she|they|anyone|anybody|someone)"
    r"|does (?:it|this|that)|did [\w']+ [^.!]*\b(?:anyone|anybody|anything|ever|yet)"
    r"|tell me|remind me (?:what|who|where|when|how|which|of|about)|list|name (?:all )?my"
    r"|show me|any idea|any news|describe me|guess my|(?:you )?remember me\W*$)\b"
    r"|^(?:so |and |but |ok )*(?:is|are|does|will) (?!(?:so|such|not|no|really|very|an?|the|fine"
    r"|good|great|too|just|like|be|that|getting|being|it)\b)[\w']+ \w[^.!]*$"
    # Questions that leave out their verb: “fav game”, “my sister's name”.
    r"|^(?:and |so |ok )*(?:my )?favourite \w+(?: \w+)?\W*$"
    r"|^(?:and |so |ok )*(?:my|his|her|their|the) [\w' -]{2,30} (?:called|name|names|age|birthday"
    r"|job)\W*$"
    r"|^(?:and |so |ok )*(?:my|our) (?:\w+ )?(?:name|age|birthday|job|address|city|employer|hobbies"
    r"|nickname|diet|allerg(?:y|ies)|plans|appointments?|languages?|school)"
    r"(?: (?:please|pls|plz|again|now))*\W*$"
    r"|^(?:pet|dog|cat|husband|wife|son|daughter|sister|brother|mum|mom|dad)(?:'?s)? (?:name|age"
    r"|birthday|job)\W*$"
    # “Any food I don't like”
    r"|^(?:and |so |ok )*any(?:thing|one|body|where)? (?:\w+ ){0,3}(?:i|we) [^.!]*$"
    # “My father was working in which department”, “earlier I was working where”
    r"|^(?:\w+ ){0,2}(?:i|we|he|she|they|(?:my|our) \w+) [\w' -]* (?:(?:in|at|for|from|to|on|with"
    r"|by|since|till|until) (?:which|what|whose) \w+|where|when)\W*$",
    re.IGNORECASE,
)
# “When it rains I do jigsaws”, “is it me or are the pigeons fatter”: nothing is asked of us.
_NO_QUESTION = re.compile(
    r"^(?:so |and |but |ok )*when(?:ever)? (?:it|i|we|he|she|they|you|people) (?!born\b)[^?]*[^?,] "
    r"(?:i|we)(?:'\w+)? [^?]*$"
    r"|^(?:so |and |but |ok )*is it (?:just |only )?me\b"
    # “I don't know where”, “tell them when”
    r"|^[^?]*\b(?:knows?|knew|remember|forget|forgot|recall|sure|idea|guess|care|decide|told|tell|say"
    r"|said|ask|asked|matter|and|or|out|wonder|see|seen|understand) (?:\w+ )?(?:where|when)\W*$"
    # “Why did you quit, I asked”
    r"|^[^?]*\b[,?\"”] ?(?:i|he|she|they|we|my \w+) (?:asked|said|says|goes|was like)\b[^?]*$"
    # “When we moved here in 1983” says itself when.
    r"|^(?:and |so |that was )*when (?:i|we|he|she|they|my \w+) (?:\w+ed|was|were|got|went|came|had"
    r"|left|met)\b(?: \w+){0,4} (?:in|on) (?:\d{4}|\w+day)[^?]*$"
)
_TO_COMPANION = re.compile(r"(?i)\b(?:you|your|u)\b|^\W*(?:hi|hey|hello|yo|thanks|ok(?:ay)?)\W*$")
# “If I had a boat, …”, “I forgot, …” state nothing that the question leans on.
_BEFORE_QUESTION = re.compile(
    r"(?i)\W*(?:if|when|say|suppose|imagine|i (?:forgot|forget|wonder)|(?:ok|hey|so|wait)\W)"
)


def is_question(text: str) -> bool:
    """Return whether a message asks something, with or without its mark."""
    said = spelled(text)
    return bool(_ASKS.search(said)) and not _NO_QUESTION.search(said)


def stating(text: str) -> str:
    """Return what a message states beside the question in it; empty if it only asks.

    “I play saz, do you know it?” states that somebody plays.
    """
    if not is_question(text):
        return text
    sentences = [one.strip() for one in _SENTENCE.findall(text[:LONGEST_MESSAGE])]
    told = [_before_comma(one) if is_question(one) else one for one in sentences]
    return " ".join(one for one in told if one and not _TO_COMPANION.search(one))


def _before_comma(question: str) -> str:
    """Return the part of a sentence before the question that ends it; empty if there is none."""
    told, comma, rest = question.rpartition(",")
    states = comma and len(told.split()) >= FEWEST_STATED and is_question(rest.strip())
    return told if states and not is_question(told) and not _BEFORE_QUESTION.match(told) else ""


def asking(text: str) -> str:
    """Return the sentence of a message that asks; all of it if no single sentence does."""
    sentences = _SENTENCE.findall(text[:LONGEST_MESSAGE])
    questions = [one.strip() for one in sentences if is_question(one)]
    return questions[-1] if questions else text
