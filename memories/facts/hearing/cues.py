"""Ends and corrections that can only be heard by who knows what was said before.

“Rex died”, “not Julia, Julie”, “I gave that up”, “we broke up”, “just kidding”: each is compared
with the facts that hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta

from memories.facts.hearing.scope import Sentence, own_words, sentences
from memories.facts.hearing.values import tidy
from memories.facts.kinship import is_animal, means, subject_of
from memories.facts.ledger import Fact, parts, same_value
from memories.facts.predicates import SELF
from memories.facts.statements import Claim, Said, Statement
from memories.facts.wording import is_love

# So soon after something was said, “just kidding” takes it back.
TAKEN_BACK_WITHIN = timedelta(days=2)
_TAKES_BACK = re.compile(
    r"^\W*(?:(?:no|lol|haha|ok|sorry|nah|wait|actually)\W+)*(?:(?:just|only|i'?m|i was"
    r"|was)\s+){0,3}"
    r"(?:kidding|joking|jk|j/k|messing with you|pulling your leg|lying)\b"
    r"|\bi made (?:that|it) up\b|\bthat was (?:a|just a) (?:joke|lie)\b|\bscratch that\b"
    r"|\bapril fools?\b|^\W*not really\W*$|\bforget (?:that|what i (?:just )?said)\b",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"\b(?:no longer|any ?more|any longer|stopped|quit(?:ting)?|gave up|given up|giving up|sold"
    r"|selling"
    r"|got rid of|cancell?ed|cancell?ing|called off|is off\b|dropped|drop(?:ping)? out|finished"
    r"|done with"
    r"|left|leaving|lost|ended|ran away|gave (?:him|her|it|them|away)|rehomed|returned|moved out"
    r"|no more"
    r"|used to|fell through|postponed|passed|failed|aced|recovered|healed|cured|in remission|over"
    r" now"
    r"|is over|was over|all over|went (?:well|great|ok|fine|badly|terribly|really)|behind me|cast"
    r" (?:came )?off"
    r"|don'?t have|doesn'?t have|haven'?t got|not with|got over|over (?:it|that|my)|grew out of"
    r"|went off|tired of"
    r"|broke|stolen|closed (?:down )?|shut down|fired|laid off|let go|retired|resigned|divorced"
    r"|widowed"
    r"|can'?t stand .* now|not .* now|nicht mehr)\b",
    re.IGNORECASE,
)
_BROKE_UP = re.compile(
    r"\b(?:broke up|breaking up|split up|splitting up|split|dumped (?:me|him|her|them)"
    r"|ended things"
    r"|(?:is|are|it'?s) over between|not together|no longer together|called off the (?:wedding"
    r"|engagement)"
    r"|my ex now|is my ex|are done|broke it off|broke things off|getting divorced|got divorced"
    r"|divorced"
    r"|filed for divorce|separated|parted ways|walked out on me|cheated on me)\b",
    re.IGNORECASE,
)
# “My grandma left me her piano” ends nothing.
_LEFT_ME = re.compile(
    r"\b(?P<who>[\w'-]+)(?: (?:just|has|finally|then|suddenly))* left me(?! (?:on|alone|hanging"
    r"|speechless|waiting|out|in|an?|the|some|all|my|her|his|their|no|with|feeling|thinking"
    r"|wondering|confused|\d+|money)\b)",
    re.IGNORECASE,
)
_DIED = re.compile(
    r"\b(?:died|passed away|passed on|has passed|is dead|is gone forever|dead now|put (?:\w+"
    r" ){1,4}down|put to sleep|put down"
    r"|rainbow bridge|(?:we|i) (?:just )?lost|buried|funeral|didn'?t make it|no longer with us"
    r"|rest in peace|rip)\b",
    re.IGNORECASE,
)
_LEFT_US = re.compile(
    r"\b(?:gave|sold|rehomed|ran away|lost|returned|don'?t have|no longer have|got rid of|lives"
    r" with .* now)\b",
    re.IGNORECASE,
)
_BORN = re.compile(
    r"\b(?:(?:baby|twins?|son|daughter|boy|girl|he|she|they)(?:'s|’s| is| are| was| were|’re"
    r"|'re)? (?:finally )?(?:here|born|arrived)"
    r"|gave birth|had (?:the|our|my|a) (?:baby|twins|girl|boy|son|daughter)|became (?:a )?(?:mum"
    r"|mom|dad|parents?|mother|father))\b",
    re.IGNORECASE,
)
_MOVED_PLAN = re.compile(
    r"^\W*(?:(?:oh|no|wait|sorry|oops|ah|ok|so|and)\W+)*(?:actually|correction|update|i meant)\b"
    r"|\b(?:rescheduled|postponed|moved to|pushed back|brought forward|put off|instead)\b",
    re.IGNORECASE,
)
# “Trip's off”, “they cancelled it”: of the one plan that can be meant.
_CALLED_OFF = re.compile(
    r"\b(?:(?P<what>[\w-]+)(?:['’]?s| is| are| was| has been| got|'s been)? (?:now |all |been )*"
    r"(?:off(?! (?:to|on|for|work|the)\b)|cancell?ed|called off|scrapped)\b"
    r"|(?:cancell?ed|called off|scrapped) (?:the |my |our )?(?P<which>[\w-]+))",
    re.IGNORECASE,
)
_ANY_PLAN = frozenset(
    [
        "trip",
        "thing",
        "plan",
        "plans",
        "event",
        "appointment",
        "it",
        "that",
        "everything",
        "meeting",
    ]
)
_TRAVELS = re.compile(
    r"\b(?:fly|flying|going|off|travel\w*|driving|heading|holiday|visit\w*)\b", re.IGNORECASE
)
_MISCARRIED = re.compile(
    r"\b(?:miscarriage|miscarried|lost the baby|not pregnant)\b", re.IGNORECASE
)
_EXPECTING = re.compile(r"pregnant|expecting|due\b|baby", re.IGNORECASE)
_MOVED_OUT = re.compile(r"\bmov(?:ed|ing) out\b", re.IGNORECASE)
_NEW = r"(?P<new>[^\W\d_][\w'’.-]*(?: [\w'’.-]+){0,3}?|\d+)"
_LEAD = r"(?:it'?s|it is|its|she'?s|he'?s|but|rather|i mean|i meant|is|called|named|actually)"


_BEFORE_NEW = re.compile(
    rf"^(?:.*\b(?:is|was|called|named|said|meant)\s+|{_LEAD}\s+|in\s+)+", re.IGNORECASE
)
_MOST_WORDS = 4


def cues(said: Said, known: Sequence[Fact], stated: Sequence[Statement]) -> list[Statement]:
    """Return what a message says about facts that hold, beyond what it states on its own.

    Args:
        known: the facts that hold.
        stated: what hearing made of it without them.
    """
    text = own_words(said.text).replace("’", "'")
    if _TAKES_BACK.search(text):
        return list(_taken_back(said, known))
    found: list[Statement] = []
    for sentence in sentences(text):
        if not sentence.silent:
            found += _in_sentence(sentence, known, stated)
    return found


def _taken_back(said: Said, known: Sequence[Fact]) -> Iterator[Statement]:
    latest = max((fact.since for fact in known), default=None)
    if latest is None or said.at - latest > TAKEN_BACK_WITHIN:
        return
    for fact in known:
        if fact.since == latest:
            yield _claim(fact, Claim.DENIED)


def _in_sentence(
    sentence: Sentence, known: Sequence[Fact], stated: Sequence[Statement]
) -> Iterator[Statement]:
    text = sentence.text
    corrected = list(_corrections(text, known, stated))
    yield from corrected
    done = {id(fact) for fact in known if any(one.instead_of == fact.value for one in corrected)}
    together = any(is_love(fact.subject) or fact.predicate == "relationship" for fact in known)
    told = any(one.predicate == "relationship" for one in stated)
    if together and not told and (_BROKE_UP.search(text) or _is_left(text, known)):
        yield Statement(SELF, "relationship", "broke up")
    yield from _deaths(text, known, stated)
    if _MOVED_PLAN.search(text):
        yield from (_claim(fact, Claim.DENIED) for fact in known if _is_moved(fact, stated))
    if _BORN.search(text) or _MISCARRIED.search(text):
        yield from (
            _claim(fact, Claim.OVER)
            for fact in known
            if fact.predicate in {"health", "plan"} and _EXPECTING.search(fact.value)
        )
    if called_off := _called_off(text, known):
        yield _claim(called_off, Claim.DENIED)
    if _MOVED_OUT.search(text):
        yield from (_claim(fact, Claim.OVER) for fact in known if fact.predicate == "home_with")
    if _ENDS.search(text):
        yield from (
            _claim(fact, Claim.OVER)
            for fact in known
            if id(fact) not in done and _is_ended(fact, text, stated)
        )


def _is_left(text: str, known: Sequence[Fact]) -> bool:
    """Return whether the person was left by the one they loved, not by a bus."""
    left = _LEFT_ME.search(text)
    if left is None:
        return False
    who = left["who"].lower()
    names = {fact.name.lower() for fact in known if is_love(fact.subject) and fact.name}
    return who in {"he", "she", "they"} | names or is_love(subject_of(who))


def _is_moved(fact: Fact, stated: Sequence[Statement]) -> bool:
    """Return whether a sentence gives a plan another date: “actually the exam is on Friday”."""
    if fact.predicate != "plan" or fact.when is None:
        return False
    noun = fact.value.lower().split()[-1]
    return any(
        one.predicate == "plan"
        and one.when is not None
        and one.when != fact.when
        and one.claim is Claim.HOLDS
        and one.value.lower().split()[-1] == noun
        for one in stated
    )


def _called_off(text: str, known: Sequence[Fact]) -> Fact | None:
    """Return the plan that is called off by a general word; None if several can be meant."""
    found = _CALLED_OFF.search(text)
    what = (found["what"] or found["which"]).lower().removesuffix("'s") if found else ""
    plans = [fact for fact in known if fact.predicate == "plan"]
    if what not in _ANY_PLAN or any(_has_words(one.value, text) for one in plans):
        return None
    if what == "trip":
        plans = [one for one in plans if _TRAVELS.search(one.value)]
    return plans[0] if len(plans) == 1 else None


def _claim(fact: Fact, claim: Claim) -> Statement:
    return Statement(
        fact.subject, fact.predicate, fact.value, claim, name=fact.name, thing=fact.thing
    )


def _is_ended(fact: Fact, text: str, stated: Sequence[Statement]) -> bool:
    """Return whether a sentence that ends something speaks of a fact, and does not state it."""
    again = any(
        one.claim is Claim.HOLDS
        and one.predicate == fact.predicate
        and same_value(one.value, fact.value)
        for one in stated
    )
    if again or fact.predicate in {"birthday", "birth_year", "birthplace", "origin", "death"}:
        return False
    if fact.predicate in {"name", "count"} and fact.subject != SELF:
        return bool(_LEFT_US.search(text)) and is_animal(fact.subject) and _speaks_of(fact, text)
    if fact.predicate in {"name", "nickname", "age", "nationality"}:
        return False
    if fact.predicate == "relationship" and parts(fact.value):
        return False
    return _has_words(fact.value, text)


def _has_words(value: str, text: str) -> bool:
    """Return whether the telling words of a value stand in a text, by their stems."""
    there = [word.strip(".,!?'\"").lower() for word in text.split()]
    words = [
        word
        for word in re.findall(r"[\w']+", value.lower())
        if len(word) > 2 and word not in _SMALL
    ]
    if not words:
        return False
    found = [
        any(other.startswith(word[: max(4, len(word) - 3)]) for other in there) for word in words
    ]
    return found[-1] or sum(found) * 2 > len(found)


_SMALL = frozenset(
    {"the", "their", "with", "and", "for", "from", "new", "now", "old", "has", "have", "are"}
)


def _speaks_of(fact: Fact, text: str) -> bool:
    """Return whether a text names the one that a fact is about, or says what they are."""
    if fact.name and re.search(rf"\b{re.escape(fact.name)}\b", text, re.IGNORECASE):
        return True
    words = re.findall(r"\b(?:my|our|the)\s+(?:\w+\s+)?([\w-]+)", text, re.IGNORECASE)
    return any(means(subject_of(word)) == means(fact.subject) for word in words if subject_of(word))


def _deaths(text: str, known: Sequence[Fact], stated: Sequence[Statement]) -> Iterator[Statement]:
    if not _DIED.search(text) or any(one.predicate == "death" for one in stated):
        return
    done: set[str] = set()
    # “Our old dog Balder is dead since two years”: who is named in the same breath.
    for one in stated:
        named = one.predicate == "name" and not one.own and not _is_known(one, known)
        if named and _is_dead(one.value, text):
            yield Statement(one.subject, "death", "died", name=one.value)
    for fact in known:
        if fact.subject == SELF or fact.entity in done or fact.predicate == "death":
            continue
        name = fact.name or (fact.value if fact.predicate == "name" else "")
        if (name and re.search(rf"\b{re.escape(name)}\b", text, re.IGNORECASE)) or _speaks_of(
            fact, text
        ):
            done.add(fact.entity)
            yield Statement(fact.subject, "death", "died", name=name)


def _is_known(one: Statement, known: Sequence[Fact]) -> bool:
    return any(
        fact.predicate == "name" and fact.value.lower() == one.value.lower() for fact in known
    )


def _is_dead(name: str, text: str) -> bool:
    """Return whether a clause about somebody says that they died."""
    named = re.search(rf"\b{re.escape(name)}\b(?P<rest>[^,;.!?]*)", text, re.IGNORECASE)
    return named is not None and bool(_DIED.search(named["rest"]))


def _corrections(
    text: str, known: Sequence[Fact], stated: Sequence[Statement]
) -> Iterator[Statement]:
    """“Not Julia, Julie”, “Julie, not Julia”, “I said 43, not 34”."""
    for fact in known:
        old = re.escape(fact.value)
        match = re.search(
            rf"\bnot (?:called |named |in |a |an |the"
            rf" )?{old}\b[\s,.;:!–-]*(?:{_LEAD}\s+)*{_NEW}(?=[\s]*(?:[,.!?;)]|$))",
            text,
            re.I,
        ) or re.search(
            rf"(?:^|[\s,])(?:{_LEAD}\s+)*{_NEW},?\s+(?:and )?not (?:called |named |in |a |an |the"
            rf" )?{old}\b",
            text,
            re.I,
        )
        if match is None:
            continue
        new = _new_value(fact, match["new"], stated)
        if new and not same_value(new, fact.value):
            yield Statement(
                fact.subject,
                fact.predicate,
                new,
                name=new if fact.predicate == "name" else fact.name,
                thing=fact.thing,
                instead_of=fact.value,
            )


def _new_value(fact: Fact, words: str, stated: Sequence[Statement]) -> str:
    """Return what a correction puts in a value's place; empty if it isn't one."""
    for one in stated:
        if one.predicate == fact.predicate and one.claim is Claim.HOLDS and one.value in words:
            return one.value
    new = tidy(_BEFORE_NEW.sub("", words))
    return new if len(new.split()) <= _MOST_WORDS else ""
