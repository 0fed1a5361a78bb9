"""Pieces that the patterns of the table are built from."""

from __future__ import annotations

_CAPITAL = r"(?-i:(?!I\b)[A-ZÀ-ÖØ-ÞĀ-Ž])[\w'-]*"
# A name that is written as one: “New York”, “Ann Marie”.
PROPER = rf"{_CAPITAL}(?: {_CAPITAL}){{0,2}}"
# The same, and a single word in whatever case: people write “my cat is called miso”.
NAME = rf"[\w'-]+(?: {_CAPITAL}){{0,2}}"
NAMES = rf"{NAME}(?:(?:, | and |, and ){NAME})*"
# Some words, as few as the rest of the pattern allows.
FEW = r"[\w'&-]+(?: [\w'&-]+){0,4}?"
_NO_PLACE = (
    r"(?!(?:an?|my|our|your|his|her|their|this|that|another|some|someone|be|it|here|there|new|fear"
    r"|hope|peace|denial|sin|town|pain|chaos|poverty|luxury|harmony|misery|constant|total|complete"
    r"|different|separate|one|what|where|which|whatever|bed|sleep|work|school|see|do|get|tears)\b)"
)
# “Ghent”, “the Netherlands”, “new york”, but not “a flat” or “hope”.
PLACE = rf"(?:the (?={_CAPITAL}))?(?:{PROPER}|{_NO_PLACE}[\w'-]+(?: [\w'-]+){{0,2}}?)"
# “Spotify”, “the city library”, “a hospital”, but not “night” or “home”.
FIRM = (
    rf"(?!(?:home|night|nights|least|all|last|once|times|money|fun|free|myself|it|this|that|my|now"
    rf"|the moment|a living|a while|an? hours?|the weekend|weekends|dawn)\b)"
    rf"(?:(?:the|an?) )?(?:{PROPER}|{FEW})"
)
_SOON = (
    "now|last|next|this|yesterday|today|tomorrow|tonight|recently|again|too|already|as well|though"
    "|anymore|any ?more|currently|actually|btw|lol|haha|these days|at the moment|right now|please"
)
_LINKS = (
    "and|but|so|because|since|while|although|with|without|for|in|on|at|from|near|by|until|after"
    "|before|when|where|who|whom|which|that|than|originally|a (?:few|week|month|year|while|lot)|two"
    "|three|four|five|six"
)
# Where a value ends: at the end, a comma, or a word that starts something else.
STOP = rf"(?=\s*$|\s*[,.!;:()…/–—\"]| (?:{_SOON}|{_LINKS})\b| [-–—] )"
# The same for values that may hold small words: “long walks in the rain”.
END = rf"(?=\s*$|\s*[,.!;:()…/–—\"]| (?:and|but|so|because|since|while|{_SOON})\b| [-–—] )"

MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_DAY_NUMBER = r"(?:the )?\d{1,2}(?:st|nd|rd|th)?"
DATE = (
    rf"(?:{_DAY_NUMBER}(?: of)? {MONTH}(?:,? \d{{4}})?|{MONTH} {_DAY_NUMBER}(?:,? \d{{4}})?"
    r"|\d{1,2}[./]\d{1,2}(?:[./]\d{2,4})?)"
)
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
WEEKDAYS = rf"(?:{_WEEKDAY}s?)"
WHEN = (
    rf"(?:(?:today|tonight|tomorrow|(?:on |next |this |coming )?{_WEEKDAY})"
    r"(?: (?:morning|afternoon|evening|night))?"
    r"|(?:next|this) (?:week(?:end)?|month|year|summer|winter|spring|autumn|fall|morning|afternoon"
    r"|evening)"
    rf"|(?:in|next) {MONTH}\b|on {DATE}|in (?:a|an|one|two|three|four|five|six|\d+|a few)"
    r" (?:days?|weeks?|months?|hours?))"
)

# How many clauses begin.
I_HAVE = r"\b(?:i|we)(?:'ve| have)?(?: just| recently| finally| also)?"
MY = r"\b(?:my|our)(?: (?:new|old|little|big|older|younger|elder|twin|late|dear|lovely|own))?"
A_NAME = rf"(?P<value>{NAME}){STOP}"
FEW_WORDS = r"(?:[\w'-]+ ){0,2}?"
