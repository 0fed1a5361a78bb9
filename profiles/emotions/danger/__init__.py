"""Hear somebody who may be in danger, said straight or in other words.

Two readers decide together: phrases that were written for ten languages, and a classifier that was
trained on sentences and reads what they mean. The classifier decides; where a phrase says the same,
a lower margin is enough.
"""

from __future__ import annotations

import re

from profiles.emotions.danger.fold import folded
from profiles.emotions.danger.learned import LONGEST_PART, margin, shipped
from profiles.emotions.danger.said import is_denied, language_of_phrases

__all__ = ["is_certain", "language_of_danger"]

# From which margin on danger is heard: where nothing else is known, where a phrase says the same,
# and where one is denied. They lean to hearing it: an alarm too many costs less than one too few.
HEARD = -0.1
SAID = -0.85
DENIED = 0.8
# From which one of several sentences has to reach alone, unless the whole is beyond doubt.
APART = -0.25
# From which margin danger is heard where nothing grave is named and something else is meant, as in
# a question on what was told: “what am I saving for”, “what's my plan for tonight”.
PLAIN = 0.65
# From which one in English that names nothing grave: “maybe I'll ask if I can do it again”.
UNNAMED = 0.15
_ENDS = re.compile(r"(?<=[.!?…\n])\s+")
_ASKS = re.compile(
    r"\W*(?:(?:so|and|but|hey|ok|wait|again|(?:one )?(?:last|more|final) (?:thing|question)"
    r"|(?:quick )?question|now|tell me|remind me)\W+)*(?:what|which|who|whose|when|where"
    r"|how (?:old|many|long|much|often))(?:'s|s|'re)?\b(?=.*\b(?:i|my|me|we|our)\b)",
    re.IGNORECASE,
)
# “It's so cold here and I don't know anyone”: being a stranger somewhere is sad, not dangerous.
_STRANGER = re.compile(
    r"\b(?:(?:don't|dont|do not|didn't) (?:really )?know (?:anyone|anybody|a soul|many people)"
    r"|know(?:ing)? (?:nobody|no one|no-one|not a soul)|homesick|miss(?:ing)? home"
    r"|(?:no|any|few) friends (?:here|yet|around)|(?:nobody|no one|nothing) (?:here )?to"
    r" (?:see|visit|do|talk to)"
    r"|new (?:here|in town|to (?:this|the) (?:town|city|place|country)))\b",
    re.IGNORECASE,
)
# “I'm 58 and I don't care who knows it” cares about nothing grave.
_UNASHAMED = re.compile(
    r"\b(?:don't|dont|do not|couldn't|could not) care (?:who|what|if|whether) (?:people|anyone"
    r"|anybody|they|everyone|others|you)? ?(?:knows?|thinks?|sees?|hears?|says?|finds? out)\b",
    re.IGNORECASE,
)
# “Guess I was gone too much”: who was away a lot speaks of no death.
_AWAY = re.compile(
    r"\b(?:was|were|am|i'm|is|are|been|be) (?:gone|away|out) (?:(?:too|so) (?:much|long|often|many)"
    r"|a lot|all (?:day|week|month|summer)|at work|on (?:business|tour|shift|deployment))\b",
    re.IGNORECASE,
)
# “Delete everything you know about me” is about what is kept.
_DELETES = re.compile(
    r"\W*(?:(?:please|pls|can|could|will|you|u|hey|ok|now|just)\W+)*(?:delete|erase|forget|wipe"
    r"|remove|clear)\b.*\b(?:(?:you|u|ur|your) .*(?:know|kept|keep|store\w*|remember|have|got)"
    r"|memor(?:y|ies)|my data|what i (?:said|told))\b(?:.{0,24})$",
    re.IGNORECASE,
)
# “It's 3am and the ceiling and I know each other well”: who lies awake names no danger.
_SLEEPLESS = re.compile(
    r"\b(?:ceiling|insomnia|(?:can't|cant|couldn't) (?:get (?:to|any) )?sleep|(?:wide|still) awake"
    r"|counting sheep)\b",
    re.IGNORECASE,
)
# “u think im gonna make it” asks for a guess.
_ASKS_FOR_A_GUESS = re.compile(
    r"\W*(?:(?:so|and|but|hey|ok|honestly|lol)\W+)*(?:(?:do|does|did) )?(?:you|u|ya|they|he|she)"
    r" (?:really )?(?:think|reckon|suppose|believe|guess)s?(?: that)?"
    r" (?:i|i'm|im|i'll|i'd|we|it)\b",
    re.IGNORECASE,
)
# “Delete my last message”
_DELETES_WORDS = re.compile(
    r"\W*(?:(?:please|pls|plz|can|could|will|you|u|hey|ok|now|just)\W+)*(?:delete|erase|forget|wipe"
    r"|remove|clear) (?:my|the|that|this|our|all) (?:\w+ ){0,2}(?:messages?|chats?|history"
    r"|conversations?|account|texts?|lines?|memory)\W*$",
    re.IGNORECASE,
)
# “Will he die”, “they don't think she'll come out”: fear for somebody else, not danger.
_OF_ANOTHER = re.compile(
    r"\W*(?:(?:so|and|but|omg|oh|do you think)\W+)*(?:will|is|could|might) (?!i\b|we\b|you\b|this\b"
    r"|that\b|life\b|everything\b)[^\W\d_]+ (?:really |just |going to |gonna )*(?:die|make it"
    r"|survive|pull through)(?: now| soon| tonight)?\W*"
    r"|(?!.*\b(?:i|me|i'm|im|myself|my life)\b).*\b(?:they|doctors?|nurses?|consultants?"
    r"|vets?) (?:don't|dont|do not|didn't|doesn't|doesnt) think (?:he|she|they)"
    r"(?:['’]?ll| will| would)?\b.*",
    re.IGNORECASE | re.DOTALL,
)
# “I want a dog but mum says no”
_WISHES = re.compile(
    r"\bi(?: really| just)? (?:want|wanted|wish for|would like) an? (?:new |little "
    r"|real )?(?:dog|cat"
    r"|puppy|kitten|hamster|rabbit|horse|pony|pet|bike|phone|console|tattoo|car|guitar)\b",
    re.IGNORECASE,
)
_GRAVE = re.compile(
    r"\b(?:di(?:e[sd]?|ying)|dea[dt]h?|kill\w*|pain\w*|pills?|overdos\w*|tablets|end(?:ing|ed)?"
    r"|gone"
    r"|alive|liv(?:e|ing) for|exist\w*|here for|point|hurt\w*|harm\w*|cut(?:ting)?|suicid\w*|life"
    r"|miss me|without me|care|notice|matter\w*|burden|worth\w*|goodbye|jump|bridge|hang\w*|blade"
    r"|razor|rope|gun|goes on|going on|suffer\w*|left for me|reason|even|anymore|any more)\b",
    re.IGNORECASE,
)


def language_of_danger(text: str) -> str | None:
    """Return the language in which a text speaks of dying or hurting oneself; None if it doesn't.

    Of a very long text the start and the end are read. Without the multilingual model the phrases
    alone decide.
    """
    if _OF_ANOTHER.fullmatch(text):
        return None
    said = language_of_phrases(text)
    found = margin(text)
    # A phrase in a long text may be a small part of what was read with it.
    if found is None or (said and len(text) > LONGEST_PART):
        return said
    if said:
        # In disguise (“w4nt”) only the folded text can be read.
        return said if max(found, margin(folded(text)) or 0.0) >= SAID else None
    if _DELETES_WORDS.match(text) and not _GRAVE.search(text):
        return None
    if found < HEARD or _DELETES.match(text) or (found < PLAIN and _is_plain(text)):
        return None
    if found < DENIED and (is_denied(text) or not _is_in_a_sentence(text)):
        return None
    language = shipped().language(text)
    if found < UNNAMED and language == "en" and not _GRAVE.search(text):
        return None
    return language


def _is_in_a_sentence(text: str) -> bool:
    """Return whether one of a text's sentences comes near to danger by itself.

    “I keep pigeons. Twenty-three of them at the moment” does only in the sum.
    """
    sentences = [one for one in _ENDS.split(text[:LONGEST_PART]) if one.strip()]
    return len(sentences) < 2 or any((margin(one) or 0.0) >= APART for one in sentences)


def _is_plain(text: str) -> bool:
    """Return whether a text in English names nothing grave, and why it came near to it is plain.

    It asks for a guess or something about the person, they are a stranger somewhere, were away, lie
    awake, or aren't ashamed.
    """
    plain = text.replace("’", "'")
    if _GRAVE.search(_AWAY.sub("", _UNASHAMED.sub("", plain))):
        return False
    harmless = (_STRANGER, _UNASHAMED, _AWAY, _SLEEPLESS, _WISHES)
    asks = _ASKS.match(plain) or _ASKS_FOR_A_GUESS.match(plain)
    return bool(asks) or any(one.search(plain) for one in harmless)


def is_certain(text: str) -> bool:
    """Return whether both readers hear danger in a text, or one of them beyond doubt."""
    if language_of_danger(text) is None:
        return False
    return language_of_phrases(text) is not None or (margin(text) or 0.0) > 0
