"""Makes everyday spellings of questions alike, and mends slips of the keyboard in them."""

from __future__ import annotations

import re
from functools import lru_cache

from memories.facts.kinship import subject_of

LONGEST = 300
_ASKS_AFTER = (
    r"(?=(?:(?:in|at|for|from|to|on|with|by|since|until) )?(?:what|when|where|who|whose|whom|how"
    r"|which)\b)"
)
_FORGOT = (
    r"^(?:\w+[, ]+){0,2}i(?: have|'ve)? (?:completely |totally |just |always )?"
    r"(?:forgot(?:ten)?|forget(?:ting)?|(?:can'?t|don'?t|do not|cannot) (?:remember|recall))"
)
# What people put before a question out of politeness, or as they try to remember.
_LEADS_IN = (
    r"^(?:\w+[, ]+){0,2}?(?:"
    r"(?:(?:can|could|would|will) you )?(?:please |kindly )*tell me|kindly (?:tell|inform)(?: me)?"
    r"|(?:may|can|could|might) i (?:please )?(?:ask|know)(?: you)?"
    r"|i (?:was|am|'m|have been)? ?(?:just )?(?:wonder(?:ing)?|curious)"
    r"|i (?:want|need) to know|i(?: woul)?'?d (?:like|love) to know"
    r"|i (?:am|was|'m) trying to (?:remember|recall|think|work out)"
    r"|help me (?:to )?(?:remember|recall)|any (?:idea|clue)|do you happen to (?:know|remember)"
    r"|any chance you (?:still )?(?:know|remember|recall)|out of (?:interest|curiosity))"
    rf"(?: again| please| if)?[,:]? {_ASKS_AFTER}"
)
# Slang and dialect, with the words that questions are read by.
_OTHER_WORDS = {
    "color": "colour", "favorite": "favourite", "fav": "favourite", "favs": "favourite",
    "fave": "favourite", "faves": "favourite", "favourites": "favourite", "favorites": "favourite",
    "wat": "what", "wut": "what", "wot": "what", "whit": "what", "wats": "what is",
    "wuts": "what is", "wots": "what is", "wen": "when", "wens": "when is", "wich": "which",
    "whaur": "where", "wher": "where", "whereabouts": "where", "ur": "your", "u": "you",
    "r": "are", "abt": "about", "b4": "before", "im": "i am", "i'm": "i am", "bday": "birthday",
    "b-day": "birthday", "wanna": "want to", "gonna": "going to", "kinda": "kind of",
    "wi": "with", "dae": "do", "cannae": "can't", "dinnae": "don't", "didnae": "didn't",
    "wasnae": "wasn't", "isnae": "isn't", "maw": "mum", "ye": "you", "aboot": "about",
    "wis": "was", "n": "and",
}  # fmt: skip
_OTHER = re.compile(rf"(?<![\w'])(?:{'|'.join(map(re.escape, _OTHER_WORDS))})(?![\w'])")
_SPELLINGS = (
    (r"\b(what|who|where|when|how|that|it)(?:'?s)\b", r"\1 is"),
    (r"\b(what|who|where|when|how)(?:'?re)\b", r"\1 are"),
    (r"\b((?:how|what|which) [a-z]+)'s (?=(?:my|our|the|his|her|their|your)\b)", r"\1 is "),
    (r"\bdon'?t\b|\bdo not\b", "don't"),
    (
        r"\bwhat (?:is|are) (?P<whose>(?:my|our) [\w -]{2,20}?)(?:'s?|s')? ages?\b",
        r"how old are \g<whose>",
    ),
    # “What did I use to do?”
    (r"\bdid (i|we|he|she|they|my \w+) use to (\w+)\b", r"did \1 \2 formerly"),
    # “Whit dae ye ken aboot me”, “dae ah like football”
    (r"\b(do|don't) you ken\b", r"\1 you know"),
    (r"\b(do|did|am|was|have) ah\b", r"\1 i"),
    (r"\bwhere ?a?bouts\b", "where"),
    # “Who all are my brothers”, “how many brothers am I having”
    (r"\b(what|who|which|where) all\b", r"\1"),
    (r"\bhow many ([\w ]+?) (?:am i|i am) having\b", r"how many \1 do i have"),
    (r"\b(?:what|which) age (?=is|are|am|was|were|will)", "how old "),
    (r"\b(?:(?:for|since) )?how many years (?=have|has|had|did|was|were|am|are|is)", "how long "),
    (
        r"^(name|surname|age|job|birthday|hobby|hobbies|home|pets?|kids|plans|city|employer|address"
        r"|diet|allergies)\W*\?\W*$",
        r"what is my \1?",
    ),
    (r"^(partner|sister|brother|m[ou]m|dad|wife|husband|son|daughter)\W*\?\W*$", r"who is my \1?"),
    (
        r"^(name|surname|age|job|birthday|employer|address|hobbies|city|allergies|diet)"
        r"(?: (?:please|pls|plz))?\W*$",
        r"what is my \1?",
    ),
    (
        r"^(?P<whose>pet|dog|cat|husband|wife|son|daughter|sister|brother|m[ou]m|dad)(?:'?s)?"
        r" (?P<what>name|age|birthday|job)\W*$",
        r"what is my \g<whose>'s \g<what>?",
    ),
    (r"\b4\b(?= (?:a|the|my|me|work|fun)\b)", "for"),
    # “I forgot when my exam is”, “I can't remember my sister's birthday”
    (rf"{_FORGOT}(?: again)?,? {_ASKS_AFTER}", ""),
    (_LEADS_IN, ""),
    (
        rf"{_FORGOT} (?P<what>(?:my|our) [\w' -]{{0,40}}\b(?:date|time|day|appt|appointment))\W*$",
        r"when is \g<what>?",
    ),
    (
        rf"{_FORGOT} (?P<what>(?:my|our) [\w' -]{{0,40}}(?:name|birthday|age|job|number|address"
        r"|title|colour|breed))\W*$",
        r"what is \g<what>?",
    ),
    (rf"\bremind me\W+(?:again\W+)?{_ASKS_AFTER}", "remind me "),
    # “I bet you can't even remember my name”
    (
        r"^(?:\w+ )?i bet (?:you|u) (?:can'?t|don'?t|do not|won'?t)(?: even| really)? (?:remember"
        r"|know|recall) (?P<what>my [\w' ]{2,40})\W*$",
        r"what is \g<what>?",
    ),
    # “I didn't tell you my name?”
    (
        r"^(?:\w+ )?(?:i didn'?t|did i not|didn'?t i|haven'?t i|have i not) (?:tell|told|say|said)"
        r"(?: (?:you|u))? (?P<what>my [\w' ]{2,40})\?$",
        r"what is \g<what>?",
    ),
    (r"\bsay my name\b\W*$", "what is my name?"),
    (r"^(?P<next>next|upcoming) (?P<what>[\w ]{3,20})\?$", r"when is my \g<next> \g<what>?"),
    (r"\buse to\b", "used to"),
    (r"\bam i an only (?:child|kid|daughter|son)\b", "do i have siblings"),
    (r"\b(?:have )?(?:i )?got any ([\w ]+?)(?: have i)?(?=\W*$)", r"do i have any \1"),
    (r"^((?:the )?names? of (?:my|our) [\w' -]+?) again(?=\W*$)", r"\1"),
    (r"\b(?:the )?names of my (.+)", r"my \1 called"),
    (r"\b(?:the )?name of my (?!.*\b(?:is|was) \w)(.+)", r"my \1 called"),
)
# Words that questions are read by; of short ones a slip makes other words.
_WORDS = """
birthday favourite husband girlfriend boyfriend brother daughter hobbies appointment dentist
remember partner nickname allergic allergies children siblings parents grandma grandpa address
company weekend holiday language languages married university colleague neighbour anniversary
interview instrument roommate flatmate
"""
_KEYS = tuple(_WORDS.split())
_KNOWN = frozenset(_KEYS)
# These are words themselves.
_RIGHT = frozenset(["bother", "brothel", "broker", "dentists", "partners", "marred", "harried"])
_LONG = re.compile(r"\b[a-z]{6,13}\b")


# “Me brother”, “ma wee sister”
_MY = re.compile(r"(?<![\w'])(?:me|ma|mi) (?=(?:wee |old |little |big )?(?P<whom>[a-z]+))")


def spelled(text: str) -> str:
    """Return a text in lower case, with everyday spellings made alike."""
    said = mended(" ".join(text[:LONGEST].lower().split()))
    said = _OTHER.sub(lambda word: _OTHER_WORDS[word[0]], re.sub(r"[’`´]", "'", said))
    said = _MY.sub(lambda found: "my " if subject_of(found["whom"]) else found[0], said)
    for pattern, right in _SPELLINGS:
        said = re.sub(pattern, right, said)
    return said


def mended(text: str) -> str:
    """Return a text in lower case with slips of one letter, or of two in turn, put right."""
    return _LONG.sub(lambda word: _mended(word[0]), text)


@lru_cache(maxsize=4096)
def _mended(word: str) -> str:
    if word in _KNOWN or word in _RIGHT:
        return word
    return next((key for key in _KEYS if _is_slip(word, key)), word)


def _is_slip(word: str, key: str) -> bool:
    """Return whether a word is a key with one letter too many, too few, wrong or out of turn."""
    if word[0] != key[0] or word.removesuffix("s") == key or word == key.removesuffix("s"):
        return False
    if len(word) == len(key):
        wrong = [place for place, letter in enumerate(key) if word[place] != letter]
        swapped = len(wrong) == 2 and wrong[1] == wrong[0] + 1 and sorted(word) == sorted(key)
        return len(wrong) == 1 or swapped
    longer, shorter = (word, key) if len(word) > len(key) else (key, word)
    return len(longer) == len(shorter) + 1 and any(
        longer[:place] + longer[place + 1 :] == shorter for place in range(len(longer))
    )
