"""Love that is over, and people and animals who died or left."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from memories.facts.ageing import number_of
from memories.facts.hearing.scope import own_words, sentences
from memories.facts.kinship import are_alike, is_animal, is_person, means, subject_of
from memories.facts.ledger import Fact
from memories.facts.predicates import SELF
from memories.facts.statements import Said, Statement
from memories.facts.wording import is_love

_DIVORCED = re.compile(
    r"\bdecree (?:absolute|nisi|came|has come|is|arrived)|\bdivorce (?:came through|is (?:final\w*"
    r"|done|through)|was (?:final\w*|granted)|went through)"
    r"|\b(?:got|are|am|i'm|we're|officially|newly|finally) divorced\b|\bdecree absolute\b"
    r"|\bsigned the divorce papers\b",
    re.IGNORECASE,
)
_BROKE_UP = re.compile(
    r"\b(?:call(?:ed|ing) (?:the|our) (?:wedding|engagement) off"
    r"|(?:wedding|engagement)(?:'?s| is| was) (?:all )?(?:off|cancell?ed|called off)"
    r"|broke up|breaking up|split up|splitting up|split|dumped (?:me|him|her|them)"
    r"|ended things|call(?:ed|ing) (?:time|it a day|it off)|(?:went|gone|going) our separate ways"
    r"|decided to part"
    r"|(?:is|are|it'?s) over between|not together|no longer together|called off the (?:wedding"
    r"|engagement)"
    r"|(?:it'?s |all )over with|fell out for good|fell out of love|getting a divorce|ex (?:bf|gf"
    r"|boyfriend"
    r"|girlfriend|husband|wife) now"
    r"|(?:me|i|us|we) (?:and \w+ )?(?:are|is|'re) (?:over|finished|through|history|done)"
    r"|\w+ and (?:i|me) (?:are|is) (?:over|finished|through|history|done)|called it quits"
    r"|not seeing (?:each other|\w+) any ?more|my ex now|is my ex|are done|broke it off"
    r"|broke things off|getting divorced|got divorced"
    r"|divorced"
    r"|filed for divorce|separated|parted ways|walked out on me|cheated on me)\b",
    re.IGNORECASE,
)
_BACK_TOGETHER = re.compile(r"\b(?:back together|made (?:it )?up|patched (?:it|things) up)\b", re.I)
# Nobody has to be known for it.
_DUMPED = re.compile(
    r"(?:^\W*(?:so |well |ugh |omg |just )*|\bi(?:['’]ve| was|['’]m)?(?: just)? )"
    r"(?:got|been|was) dumped\b"
    r"|\b(?:he|she|they|my (?:gf|bf|girlfriend|boyfriend|partner)) dumped me\b",
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
    r"\b(?:died|passed away|passed on|has passed|is dead|is gone forever|dead now|is no more"
    r"|put(?:ting)? (?:\w+ ){0,4}(?:down|to sleep)|sa(?:id|y) (?:our |my )?goodbye to"
    r"|rainbow bridge|(?:got|was|been) (?:run over|hit by a)|had to let \w+ go|flushed"
    r"|didn'?t survive|(?:we|i) (?:just )?lost|buried|funeral|didn'?t make it|no longer with us"
    r"|rest in peace|rip)\b",
    re.IGNORECASE,
)
# “She brings me soup since the funeral”: somebody else's.
_SINCE_FUNERAL = re.compile(r"\bsince (?:[\w'’]+ ){0,3}funeral\b", re.IGNORECASE)
_LEFT_US = re.compile(
    r"\b(?:gave|sold|rehom\w+|ran (?:away|off)|flew (?:away|off)|escaped|went missing"
    r"|never came back|a new home|lost|returned|(?:gone|went|going) to live with"
    r"|don'?t have|no longer have|got rid of|lives with .* now)\b",
    re.IGNORECASE,
)
# “We said goodbye to our old collie Meg”: the name follows.
_DIED_BEFORE_NAME = (
    r"\b(?:sa(?:id|y) (?:our |my )?goodbye to|put(?:ting)? (?:down|to sleep)|put|lost|buried) "
    r"(?:(?:my|our|poor|dear|old|sweet|little|beloved|the) )*(?:[\w-]+ )?"
)
# “My cat had to be put down”: somebody who was not known.
_OWN_DIED = re.compile(
    r"\b(?:my|our)(?: (?:old|poor|dear|sweet|little|beloved|late|other|own|childhood))*"
    r" (?P<kin>(?:[\w-]+ )??[\w-]+?)(?: (?P<name>(?-i:[A-Z])[\w'-]+))?,?"
    r" (?:(?:just|has|had|was|is|to|be|needed|finally|sadly|suddenly|have) )*"
    r"(?:died|passed away|passed on|dead|put (?:down|to sleep)|euthani[sz]ed|no more)\b"
    r"|\blost (?:my|our)(?: (?:old|poor|dear|sweet|little|beloved|lovely|darling))*"
    r" (?P<kin4>[\w-]+)(?: (?P<name4>(?-i:[A-Z])[\w'-]+))?(?![\w'’-])"
    r"|\b(?:since|when|after|before|ever since) (?P<kin3>m[uo]m|dad|nan|nana|gran|granny|grandma"
    r"|grandpa|grandad|granddad) (?:died|passed(?: away)?)\b"
    r"|\b(?:had to|have to|having to|we|i)(?: have| just)? (?:put|putting)"
    r" (?:down|to sleep) (?:my|our) (?:old |poor )?(?P<kin2>[\w-]+)",
    re.IGNORECASE,
)
# “My late wife Edith”, not “my late shift”
_LATE = re.compile(
    r"\b(?:my|our)(?: (?:dear|beloved|darling|poor|lovely))* late (?:dear |beloved )?"
    r"(?P<kin>[\w-]+)(?:,? (?P<name>(?-i:[A-Z])[\w'-]*[\w]))?",
    re.IGNORECASE,
)
# “… this morning. Pepper.”
_NAMED_AFTER = re.compile(r"[^.!?]{0,40}[.!?]+\s+(?P<name>[A-Z][\w'-]+)(?=[.!]|\s*$)")
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ONE_OF = re.compile(
    r"\bone of (?:the|my|our) (?P<kin>[\w-]+(?: [\w-]+)?)\s(?:just |has |was |had to be |got )*"
    r"(?:died|passed away|put down|put to sleep|ran away|escaped|disappeared|rehomed|given away"
    r"|sold|killed|eaten)\b",
    re.IGNORECASE,
)
# Said of one's own without “my”.
_BARE_KIN = re.compile(
    r"\b(?:m[ou]m|dad|nan|nana|nanna|gran|granny|grandma|grandpa|grandad|granddad|papa|mama)\b",
    re.IGNORECASE,
)


def love_over(text: str, known: Sequence[Fact], stated: Sequence[Statement]) -> Iterator[Statement]:
    """Yield that a love is over, if a sentence says so and it isn't stated otherwise."""
    if any(one.predicate == "relationship" for one in stated) or _BACK_TOGETHER.search(text):
        return
    if _DUMPED.search(text):
        yield Statement(SELF, "relationship", "broke up")
        return
    together = any(is_love(fact.subject) or fact.predicate == "relationship" for fact in known)
    if _DIVORCED.search(text):
        yield Statement(SELF, "relationship", "divorced")
    elif together and (_BROKE_UP.search(text) or _is_left(text, known)):
        yield Statement(SELF, "relationship", "broke up")


def has_left(fact: Fact, text: str) -> bool:
    """Return whether a sentence says that an animal was given away, sold or lost."""
    return is_animal(fact.subject) and bool(_LEFT_US.search(text)) and speaks_of(fact, text)


def _is_left(text: str, known: Sequence[Fact]) -> bool:
    """Return whether the person was left by the one they loved, not by a bus."""
    left = _LEFT_ME.search(text)
    if left is None:
        return False
    who = left["who"].lower()
    names = {fact.name.lower() for fact in known if is_love(fact.subject) and fact.name}
    return who in {"he", "she", "they"} | names or is_love(subject_of(who))


def speaks_of(fact: Fact, text: str) -> bool:
    """Return whether a text names the one that a fact is about, or says what they are."""
    if fact.name and re.search(rf"\b{re.escape(fact.name)}\b", text, re.IGNORECASE):
        return True
    words = re.findall(r"\b(?:my|our|the|any|an?)\s+(?:\w+\s+)?([\w-]+)", text, re.IGNORECASE)
    words += _BARE_KIN.findall(text)
    return any(means(subject_of(word)) == means(fact.subject) for word in words if subject_of(word))


def deaths(text: str, known: Sequence[Fact], stated: Sequence[Statement]) -> Iterator[Statement]:
    """Yield who has died, of those who are known or are named in the same breath."""
    if not _DIED.search(_SINCE_FUNERAL.sub("", text)) or any(
        one.predicate == "death" for one in stated
    ):
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
        if (name and re.search(rf"\b{re.escape(name)}\b", text, re.IGNORECASE)) or speaks_of(
            fact, text
        ):
            done.add(fact.entity)
            yield Statement(fact.subject, "death", "died", name=name)


def died_unknown(
    said: Said, known: Sequence[Fact], stated: Sequence[Statement]
) -> Iterator[Statement]:
    """Yield who died, of those of whom nothing was known: “my cat had to be put down”."""
    text = own_words(said.text).replace("’", "'")
    match = _OWN_DIED.search(text)
    home = next(
        (one for one in sentences(text) if match and one.start <= match.start() < one.end), None
    )
    if match is None or home is None or not home.states(match.start()):
        return
    kin = subject_of(match["kin"] or match["kin2"] or match["kin3"] or match["kin4"])
    is_told = any(one.predicate == "death" and one.subject == kin for one in stated)
    if not kin or is_told or any(are_alike(one.subject, kin) for one in known):
        return
    after = _NAMED_AFTER.match(text, match.end())
    name = match["name"] or match["name4"] or (after["name"] if after else "")
    if name:
        yield Statement(kin, "name", name, name=name)
    yield Statement(kin, "death", "died", name=name)


def late(text: str, known: Sequence[Fact], stated: Sequence[Statement]) -> Iterator[Statement]:
    """Yield who is called late: “my late wife Edith”."""
    for match in _LATE.finditer(text):
        kin, name = subject_of(match["kin"]), match["name"] or ""
        if not is_person(kin) and not is_animal(kin):
            continue
        dead = [one for one in known if one.predicate == "death" and are_alike(one.subject, kin)]
        if any(not name or one.name == name for one in dead):
            continue
        if name and not any(one.predicate == "name" and one.value == name for one in stated):
            yield Statement(kin, "name", name, name=name)
        yield Statement(kin, "death", "died", name=name)


def fewer(text: str, known: Sequence[Fact]) -> Iterator[Statement]:
    """Yield how many are left where one of several died or left: “one of the hamsters died”."""
    match = _ONE_OF.search(text)
    kin = subject_of(match["kin"]) if match else ""
    for fact in known:
        number = number_of(fact.value.split()[0]) if fact.predicate == "count" else None
        if kin and number and 1 < number <= len(_NUMBERS) and means(fact.subject) == means(kin):
            left = f"{_NUMBERS[number - 1]} {kin}{'s' if number > 2 else ''}"
            yield Statement(fact.subject, "count", left)


# “Mog died so it's two cats”, “that makes three”
_NOW_SO_MANY = re.compile(
    r"\b(?:now|so|down to|up to|left|only|makes|make it|that'?s|it'?s|leaves|third|fourth"
    r"|another)\b",
    re.IGNORECASE,
)
_NUMBER = "|".join((*_NUMBERS, r"\d\d?"))


def counted_again(text: str, known: Sequence[Fact]) -> Iterator[Statement]:
    """Yield how many there are by now of those who were counted: “so it's two cats”."""
    if not _NOW_SO_MANY.search(text):
        return
    for fact in known:
        number = number_of(fact.value.split()[0]) if fact.predicate == "count" else None
        if number is None:
            continue
        found = re.search(
            rf"\b(?P<number>{_NUMBER}) (?:[\w-]+ )?(?P<kin>[\w-]+)(?! of)", text, re.IGNORECASE
        )
        same = found and means(subject_of(found["kin"])) == means(fact.subject)
        makes = re.search(rf"\bmakes? (?:it )?(?P<number>{_NUMBER})\b", text, re.IGNORECASE)
        of_them = speaks_of(fact, text) or same
        now = makes if makes and of_them else found if same else None
        if now and number_of(now["number"]) != number:
            noun = fact.value.split()[-1]
            yield Statement(fact.subject, "count", f"{now['number'].lower()} {noun}")


def _is_known(one: Statement, known: Sequence[Fact]) -> bool:
    return any(
        fact.predicate == "name" and fact.value.lower() == one.value.lower() for fact in known
    )


def _is_dead(name: str, text: str) -> bool:
    """Return whether a clause about somebody says that they died."""
    named = re.search(rf"\b{re.escape(name)}\b(?P<rest>[^,;.!?]*)", text, re.IGNORECASE)
    if named is None:
        return False
    before = re.search(rf"{_DIED_BEFORE_NAME}$", text[: named.start()], re.IGNORECASE)
    return before is not None or bool(_DIED.search(named["rest"]))
