"""Find facts by rules: plain English sentences about oneself. No model is needed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from memories.facts.base import FactDraft
from memories.facts.predicates import SLOT_LENGTH
from memories.facts.states import is_state
from memories.facts.table import RULES, FactRule
from memories.facts.vocabulary import ANIMALS, RELATIVES

# What is longer than this is a story or a paste; reading it would hold up the worker.
MOST_CHARACTERS = 20_000
LONGEST_CLAUSE = 200
LONGEST_VALUE = 60
# Below it a rule for names takes a capital for one.
SURE_NAME = 0.8

# Somebody else's lines (a quotation in Discord) and code.
_NOT_OWN_WORDS = re.compile(r"```[\s\S]*?```|^ ?>.*$|https?://\S+", re.MULTILINE)
_GAP = re.compile(r"\s+")
# What stands in quotation marks is another's words too, unless it is as short as a name.
_QUOTED = re.compile(r'["“”«»„]([^"“”«»„\n]{1,200})["“”«»]')
LONGEST_QUOTED_NAME = 3
_SENTENCES = re.compile(r"(?<=[.!?…])\s+|\n+|;\s+")
_CLAUSES = re.compile(
    r"(?:,|\s[-–—])?\s+(?:and|but|so|because|then|now)\s+(?=(?:i|i'm|im|i've|my|we|we've|we're"
    r"|our)\b)"
    r"|,\s+(?=(?:i|i'm|im|i've|i'd|my|we|we've|we're|our|actually|call me)\b)"
    r"|\s[-–—]\s+(?=(?:i|i'm|my|we|our)\b)",
    re.IGNORECASE,
)
_LEADS = re.compile(
    r"^(?:(?:hi|hey|hello|hiya|good (?:morning|evening|afternoon)|there|whisper|well|oh|no|nope|yes"
    r"|yeah|yep|ok|okay|so|and|but|also|actually|btw|by the way|sorry|ah|um|anyway|haha|lol|wow"
    r"|guess what|fun fact|please|remember(?: that)?|you know|you should know(?: that)?|fyi"
    r"|note that|just so you know|i think(?: that)?|i should mention(?: that)?|for the record"
    r"|today|yesterday"
    r"|recently|finally|correction|wait|nice to meet you|it's true(?: that)?|don't forget(?: that)?"
    r"|funny thing|honestly|in fact|these days|nowadays|since then|last (?:week|month|year))\b"
    r"[\s,.:!–-]*)+",
    re.IGNORECASE,
)
# Wishes, guesses, stories and others' words make a whole sentence worthless …
_NOT_A_FACT = re.compile(
    r"\?\s*$|\b(?:if|unless|wish|imagine|pretend(?:ing)?|suppose|supposedly|dream(?:ed|t|ing)?"
    r"|said|says|saying|tells?|told|asks?|asked|claims?|claimed|wrote|quote|character|joking"
    r"|kidding|as a joke|roleplay|once upon a time|hypothetically|lyrics?|song goes)\b"
    r"|^(?:do|does|did|is|are|was|were|am|can|could|will|would|should|have you|has|who|whose|when"
    r"|where|why|how|which|whats|what(?! an?\b))\b",
    re.IGNORECASE,
)
# … and these only their clause.
_UNSURE = re.compile(
    r"\b(?:would|could|might|maybe|perhaps|probably not|used to|almost|nearly|want to|wanted to"
    r"|hope to|going to be)\b",
    re.IGNORECASE,
)
_NEGATED = re.compile(r"\b(?:not|never|no longer|\w+n't|aint|dont|isnt|hardly)\b", re.IGNORECASE)
# “I'm 29 and live in Leeds”, “I have 3 kids and a dog”: what is left out the second time.
_LEFT_OUT = (
    (
        re.compile(
            r"^((?:i|i'm|we)\b[^,.]{1,60}?,? and) (?=(?:live|work|study|come from|speak|play|love"
            r"|hate"
            r"|have an?)\b)",
            re.IGNORECASE,
        ),
        r"\1 I ",
    ),
    (
        re.compile(
            r"^((?:i|we)(?:'ve| have)(?: got)? [^,.]{1,40}?,? and) (?=(?:an?|two|three|four|five)"
            r" \w+)",
            re.IGNORECASE,
        ),
        r"\1 I have ",
    ),
)
# A full stop in “St. Lucas” ends no sentence.
_SLANG = (
    (re.compile(r"\b(St|Mr|Mrs|Ms|Dr|Prof)\.(?= )"), r"\1"),
    (re.compile(r"\b(can|don|isn|won|doesn|didn)t\b", re.IGNORECASE), r"\1't"),
    (re.compile(r"\bi (?:am|m) ", re.IGNORECASE), "I'm "),
    (re.compile(r"\bi ?ve ", re.IGNORECASE), "I've "),
)
# “His name is Rex” is about the animal or person of the sentence before.
_PRONOUN_NAME = re.compile(
    r"^(?:(?:his|her|its|their) name(?:'s| is)|(?:he|she|it)(?:'s| is) (?:called|named))\s",
    re.IGNORECASE,
)
_NOUN = re.compile(
    rf"\b(?:(?:my|our)|(?:have|got|adopted) an?) (?:\w+ )??({ANIMALS}|{RELATIVES})\b", re.IGNORECASE
)
# Words that a pattern for names or places can match but that name nothing.
_NO_NAMES = """
a always an anything back bad boring busy common crazy done everywhere fine good great happy hard
here home how if it late later long maybe names not nothing now ok okay old please ready sad short
silly sir so something sorry stupid sure that the there this tired tomorrow ugly unusual very weird
what whatever when why you
"""
_EMPTY_VALUES = frozenset(_NO_NAMES.split())
_OF_THE_AUTHOR = {
    "my": "their",
    "our": "their",
    "i": "they",
    "me": "them",
    "us": "them",
    "myself": "themselves",
    "mine": "theirs",
    "i'm": "they're",
}
_AUTHOR = re.compile(
    # Neither “the US” nor “World War I”.
    r"(?<!\bthe )(?<!\bwar )\b(?!(?-i:US)\b)(?:i'm|i|my|our|me|us|myself|mine)\b",
    re.IGNORECASE,
)
_COUNTRY = re.compile(r"\bthe (us|usa|uk|uae)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """A rule that fits a clause.

    Args:
        value: what it says, as it was said.
        groups: what the other groups of its pattern matched.
    """

    rule: FactRule
    value: str
    groups: dict[str, str]


def matched(text: str) -> list[Found]:
    """Return the rules that fit the clauses of a text; of one slot the first of each clause."""
    found: list[Found] = []
    for clause in _clauses(text[:MOST_CHARACTERS]):
        taken: set[str] = set()
        for rule in RULES:
            match = rule.pattern.search(clause)
            if match is None or rule.slot in taken or _apply(rule, clause) is None:
                continue
            taken.add(rule.slot)
            groups = {name: _tidy(value or "") for name, value in match.groupdict().items()}
            value = groups.get("value") or groups.get("value2") or groups.get("count") or ""
            found.append(Found(rule, value, groups))
    return found


def extract(text: str) -> list[FactDraft]:
    """Return the facts that the author of a text states; of one slot the last one counts."""
    found: dict[str, FactDraft] = {}
    for clause in _clauses(text[:MOST_CHARACTERS]):
        for key, draft in _facts_in(clause).items():
            # “I moved to Lyon, I don't live in Ghent any more”: what is outweighs what is over.
            if not (key in found and _is_over(draft)):
                found[key] = draft
    return list(found.values())


def _clauses(text: str) -> Iterator[str]:
    noun = ""
    for sentence in _SENTENCES.split(_own_words(text)):
        bare = _LEADS.sub("", sentence.strip())
        if _NOT_A_FACT.search(bare):
            noun = ""
            continue
        for pattern, whole in _LEFT_OUT:
            bare = pattern.sub(whole, bare)
        for part in _CLAUSES.split(bare):
            clause = _LEADS.sub("", part.strip())
            if len(clause) > LONGEST_CLAUSE or _UNSURE.search(clause):
                continue
            if noun:
                clause = _PRONOUN_NAME.sub(f"my {noun} is called ", clause)
            named = _NOUN.findall(clause)
            noun = named[0] if len(named) == 1 else ""
            yield clause.lower() if clause.isupper() else clause


def _own_words(text: str) -> str:
    # One space for each gap: where a pattern tries every start of a long one, it takes forever.
    spaced = _GAP.sub(lambda gap: "\n" if "\n" in gap.group() else " ", text)
    straight = spaced.replace("’", "'").replace("‘", "'").replace("*", "")
    plain = _QUOTED.sub(_name_or_nothing, _NOT_OWN_WORDS.sub("\n", straight))
    for pattern, written_out in _SLANG:
        plain = pattern.sub(written_out, plain)
    return plain


def _name_or_nothing(quoted: re.Match[str]) -> str:
    words = quoted.group(1).split()
    return " ".join(words) if len(words) <= LONGEST_QUOTED_NAME else "\n"


def _facts_in(clause: str) -> dict[str, FactDraft]:
    """Return a clause's facts; of one slot the rule that stands first in the table counts."""
    found: dict[str, FactDraft] = {}
    for rule in RULES:
        if draft := _apply(rule, clause):
            found.setdefault(draft.slot or draft.text.lower(), draft)
    return found


def _apply(rule: FactRule, clause: str) -> FactDraft | None:
    match = rule.pattern.search(clause)
    if match is None or (_NEGATED.search(match.group()) and not _states_the_negative(rule)):
        return None
    groups = {name: _tidy(value or "") for name, value in match.groupdict().items()}
    value = groups.get("value") or groups.pop("value2", "")
    if len(value) > LONGEST_VALUE or value.lower() in _EMPTY_VALUES:
        return None
    if "value" in groups and not value:
        return None
    if rule.category == "name" and rule.confidence < SURE_NAME and is_state(value):
        return None
    shown = _shown({**groups, "value": value})
    keys = {name: _key(text) for name, text in shown.items()}
    return FactDraft(
        text=rule.text.format(**shown),
        category=rule.category,
        slot=rule.slot.format(**keys)[:SLOT_LENGTH].rstrip("."),
        confidence=rule.confidence,
    )


def _shown(groups: dict[str, str]) -> dict[str, str]:
    """Return what the groups matched as a sentence about the author says it."""
    shown = {name: _of_the_author(text) for name, text in groups.items()}
    for name in ("noun", "verb", "thing", "where", "count"):
        if name in shown:
            shown[name] = shown[name].lower()
    if "when" in shown and not shown["when"].endswith("day"):
        shown["when"] = shown["when"].lower()
    shown["article"] = "an" if shown["value"][:1].lower() in "aeiou" else "a"
    shown["the"] = "the " if shown.get("the") else ""
    return shown


def _of_the_author(text: str) -> str:
    third = _AUTHOR.sub(lambda word: _OF_THE_AUTHOR[word.group().lower()], text)
    return _COUNTRY.sub(lambda country: f"the {country.group(1).upper()}", third)


def _key(text: str) -> str:
    words = text.lower().replace("colour", "color").replace(".", "").split()
    return ".".join(word for word in words if word not in {"a", "an", "the"})


def _states_the_negative(rule: FactRule) -> bool:
    return rule.category == "dislike" or " not " in rule.text or " no longer " in rule.text


def _is_over(draft: FactDraft) -> bool:
    return "no longer" in draft.text


def _tidy(value: str) -> str:
    return " ".join(value.split()).strip(" '-")
