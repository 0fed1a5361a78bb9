"""Whether a marked value is said to hold, to be over, or never to have been so."""

from __future__ import annotations

import re

from memories.facts.hearing.giving_up import GIVING_UP, is_knocked_on_the_head
from memories.facts.hearing.scope import Sentence
from memories.facts.statements import Claim
from memories.facts.tagging.spans import Tagged

NOT = re.compile(
    r"\b(?:not|never|no longer|neither|nor|isn'?t|aren'?t|wasn'?t|ain'?t|don'?t|doesn'?t|didn'?t"
    r"|haven'?t|hasn'?t|won'?t)\b",
    re.IGNORECASE,
)
_CLAUSE_ENDS = re.compile(
    r"[,;:–—]| - |\b(?:but|and i|and my|and me (?=m[auo]m?\b|da|nan|gran)|because|so i"
    r"|though|although|while|where|who|(?<=\d )(?=(?:im|i['’]?m|i am)\b))\b",
    re.IGNORECASE,
)
_NO_MORE = re.compile(
    r"\b(?:any ?more|any longer|no longer|used to|formerly|former|back then|not .* now)\b",
    re.IGNORECASE,
)
# “I don't hate mushrooms” isn't a dislike; “I don't drink” is about health.
# “Scared about my mocks” passes with them.
_DREADS = re.compile(
    r"\b(?:scared|nervous|worried|anxious|stressed|panicking|terrified) (?:about|for)\b[^,;.]*$",
    re.IGNORECASE,
)
_DISLIKES = re.compile(r"\b(?:hate|mind|dislike|detest|loathe|despise)\b", re.IGNORECASE)
_ABSTAINS = re.compile(
    r"(?:n['’]?t|\bnot|\bnever|\bcannot|\bno longer) (?:\w+ )?(?P<verb>eat(?:en)?|drink|drunk"
    r"|smoked?|touch(?:ed)?|tolerate|do)\s+(?:\w+\s+)?$"
    r"|(?:can['’]?t|cannot|mustn['’]?t) have\s+(?:\w+\s+)?$"
    r"|don['’]?t\s+$",
    re.IGNORECASE,
)
_DRINK = re.compile(r"(?:\w+ )?(?:alcohol|booze|beer|wine|spirits|coffee|caffeine|tea|milk)", re.I)
# “I can't do dairy”, not “I can't do spiders”
_FOOD = re.compile(
    r"\b(?:dairy|gluten|lactose|wheat|meat|pork|beef|fish|seafood|shellfish|prawns|nuts?|peanuts"
    r"|eggs?"
    r"|milk|cheese|cream|butter|bread|carbs|sugar|sweets|chocolate|caffeine|coffee|tea|alcohol"
    r"|booze"
    r"|beer|wine|spirits|soy|soya|onions?|garlic|mushrooms|spicy|chilli|food|acidic|fried|red"
    r" meat)\b",
    re.IGNORECASE,
)
_ANY = re.compile(r"^(?:any|the|a|an) ", re.IGNORECASE)
# A deed of its own: “I don't smoke”.
_DEED = re.compile(r"(?P<deed>smok|drink|vap|eat)\w*", re.IGNORECASE)
_WITHOUT_A_DEED = {"smok": "non-smoker", "drink": "drink no alcohol"}
_PLAIN = {"eaten": "eat", "drunk": "drink", "smoked": "smoke", "touched": "touch"}
# “Haven't eaten meat since 1999”
_HAVE_NOT = re.compile(
    r"\b(?:haven|hasn)['’]?t (?:eaten|drunk|smoked|touched) (?:\w+ )?$", re.IGNORECASE
)
# “My last ever shift at Royal Mail”
_LAST_OF_WORK = re.compile(
    r"\b(?:my|the|a|today's) last(?: ever)? (?:shift|day|week|month)(?: of work)? (?:at|with|for)"
    r" (?:the )?$",
    re.IGNORECASE,
)
# “Moved up from Derby”
_MOVED_FROM = re.compile(
    r"\b(?:moved|came|come|relocated|emigrated)(?: (?:up|down|over|across|out|away|back|here"
    r"|there))*"
    r" from $",
    re.IGNORECASE,
)
# “Kiwi has gone to live with my aunt”
_WENT_TO_LIVE = re.compile(
    r"\b(?:gone|went|going|off) to (?:live|stay) with\s+(?:my |our )?$", re.I
)
_WE = re.compile(r"\b(?:i|i['’]?m|i['’]?ve|we|we['’]?re|we['’]?ve)\b", re.IGNORECASE)
# “Off the sertraline since March”, not “a day off the”
_OFF_IT = re.compile(
    r"(?:^\W*|\b(?:i['’]?m|am|been|finally|now|completely|totally|fully) )off (?:of )?(?:the|my) $",
    re.IGNORECASE,
)
# “Retired to Portugal”
_RETIRED_TO = re.compile(r"\bretired (?:back )?to (?:the )?$", re.IGNORECASE)
# “I was a bus driver”
_WAS = re.compile(r"(?<!if )\b(?:i|he|she|who) was (?:once )?an? (?:[\w-]+ )?$", re.IGNORECASE)
# What is over is said with a word of the past.
_PAST = re.compile(
    r"\b(?:used to|was|were|had|did|lived|left|leaving|sold|quit|no longer|any ?more|any longer"
    r"|from|former|formerly|ex|back then|stopped|gave up|given up|until|lost|fired|laid off|dropped"
    r"|not|n'?t|dont|doesnt|studied|worked|taught|went|over|degree|graduated|before|ago|tired of"
    r"|cancell?ed|called off|passed|failed|finished|retired|resigned|stopping|ended|closed|grew out"
    r"|healed|off the|off my|gone off|went off|moved out|moved from|interned|switched|notice"
    r"|dumped|broke)\b"
    r"|n['’]t\b",
    re.IGNORECASE,
)
# “Quit smoking”, “came off the antidepressants”: what follows is over, whatever its mark says.
_STOPPED = re.compile(
    rf"\b(?:{GIVING_UP}|came off|come off|went off"
    r"|gone off|fed up with|bored of|had enough of|sold up in|packed up in|given up on|gave up on"
    r"|grew out of|got rid of|no longer (?:have|do|eat|drink|take|play|keep))\s+(?:\w+\s+){0,2}$",
    re.IGNORECASE,
)
_VICE = re.compile(
    r"smoking|drinking|vaping|alcohol|booze|weed|cigarettes|gambling|drugs|coffee|caffeine|sugar",
    re.I,
)
_QUIT = re.compile(rf"\b(?:{GIVING_UP}|off the)\s+(?:\w+ and )?$", re.IGNORECASE)
_QUIT_TAKING = re.compile(rf"\b{GIVING_UP}\s+(?P<verb>eat|drink)ing\s+$", re.IGNORECASE)
# “I don't like beer, wine is fine”
_IS_FINE = re.compile(
    r"\s+(?:is|are|though is)\s+(?:ok(?:ay)?|fine|good|great|nice|al(?:l )?right|better|lovely)\b",
    re.IGNORECASE,
)
# “ex-teacher”
_FORMER = re.compile(r"(?:ex|former|retired|one-?time)[ -]", re.IGNORECASE)
_HAVE_BEEN = re.compile(
    r"\b(?:i|we)(?:['’]?ve| have) (?:\w+ )?(?:lived|worked|been|studied|played|taught)\b",
    re.IGNORECASE,
)
_SINCE = re.compile(r"\W*(?:[\w'’]+ ){0,3}?(?:for|since|these)\b", re.IGNORECASE)
# “I went back to uni to study law”: what is begun is not over.
_BEGUN = re.compile(
    r"\b(?:back to|to study|to learn|to become|switched to|changed to|moved to|started|starting"
    r"|became|joined|got into)\s+(?:\w+\s+){0,2}$",
    re.IGNORECASE,
)


# “Used to live with my ex”
_USED_TO = re.compile(
    r"\bused to (?:live|work|share|be|play|do|study|teach|drive|love|like|own|go|run|sing|dance"
    r"|swim|rent|stay|eat|drink|smoke|collect|speak|hate|fancy)\b",
    re.IGNORECASE,
)
# “Finished my masters in archaeology”
_DEGREE_DONE = re.compile(
    r"\b(?:finished|completed|did|done|have|got|hold) (?:(?:my|an?|the) )?(?:\w+ )?(?:degree"
    r"|masters?|phd|doctorate|ba|bsc|ma|msc|diploma) (?:in|of) $",
    re.IGNORECASE,
)
# “Tried fencing once”, “anything but polka”: neither a pastime nor a taste.
_ONLY_TRIED = re.compile(r"\b(?:tried|tasted)(?: (?:out|some))? $", re.IGNORECASE)
_BUT = re.compile(
    r"\b(?:(?:anything|all|everything|anyone) (?:but|except)|apart from|other than|except for) $",
    re.IGNORECASE,
)
# “Gym closed Fridays”
_IS_SHUT = re.compile(r" (?:is |was )?(?:closed|shut|cancelled|full|packed)\b", re.IGNORECASE)
# “We broke up and then we got back together”
_BACK_TOGETHER = re.compile(r"\bback together\b", re.IGNORECASE)
# “Knocked pilates on the head”
_KNOCKED = re.compile(r"\bknock(?:ed|ing) $", re.IGNORECASE)
# “Blind as a bat”
_AS_A = re.compile(r" as an? \w+", re.IGNORECASE)


def claimed(sentence: Sentence, mark: Tagged) -> Claim | None:
    """Return what is said of a value; None if a negation leaves nothing."""
    clause = clause_before(sentence, mark.start)
    start = mark.start - sentence.start
    after = sentence.text[mark.end - sentence.start :]
    if mark.kind == "dislike" and _IS_FINE.match(after):
        return None
    if mark.kind in {"like", "hobby"} and (
        _ONLY_TRIED.search(clause) or _BUT.search(sentence.text[:start])
    ):
        return None
    if mark.kind == "hobby" and _IS_SHUT.match(after):
        return None
    if mark.kind == "relationship" and _BACK_TOGETHER.search(after):
        return None
    if mark.kind == "health" and (_AS_A.match(after) or _KNOCKED.search(clause)):
        return None
    if _USED_TO.search(clause) and not NOT.search(clause):
        return Claim.OVER
    if mark.kind == "studies" and _DEGREE_DONE.search(clause):
        return Claim.OVER
    if mark.kind == "job" and _WAS.search(clause):
        return Claim.OVER
    if mark.kind == "job" and _FORMER.match(sentence.text[start:]):
        return Claim.OVER
    if mark.kind != "name" and (_STOPPED.search(clause) or is_knocked_on_the_head(clause, after)):
        return Claim.OVER
    if mark.kind == "home_with" and _WENT_TO_LIVE.search(clause) and not _WE.search(clause):
        return None
    if mark.kind == "health" and _OFF_IT.search(clause):
        return Claim.OVER
    if mark.kind == "home" and _MOVED_FROM.search(clause):
        return Claim.OVER
    if mark.kind == "dislike" and _DREADS.search(clause):
        return None
    if mark.kind == "health" and _HAVE_NOT.search(clause):
        return Claim.HOLDS
    if mark.kind == "employer" and _RETIRED_TO.search(clause):
        return None
    if mark.kind == "employer" and _LAST_OF_WORK.search(clause):
        return Claim.OVER
    if mark.over and (_BEGUN.search(clause) or _is_since_then(clause, after)):
        return Claim.HOLDS
    if mark.over and _PAST.search(sentence.text) and not _is_denied(clause, after):
        return Claim.OVER
    if NOT.search(clause):
        if mark.kind == "dislike":
            return Claim.DENIED if _DISLIKES.search(clause) else Claim.HOLDS
        value = sentence.text[start : mark.end - sentence.start]
        if mark.kind == "health" and _is_without(clause, value, after):
            return Claim.HOLDS
        return Claim.OVER if _NO_MORE.search(clause + after[:20]) else Claim.DENIED
    return Claim.HOLDS


def _is_without(clause: str, value: str, after: str) -> bool:
    """Return whether somebody does without something: “I don't smoke”, not “… any more”."""
    if _DEED.fullmatch(value):
        return bool(abstinence(clause, value)) and not _NO_MORE.search(after[:20])
    return bool(_ABSTAINS.search(clause))


def abstinence(clause: str, value: str) -> str:
    """Return what somebody says they don't eat or drink as it is stored; empty if they don't.

    Args:
        clause: the words of the value's clause that stand before it.
    """
    found = _ABSTAINS.search(clause)
    if found is None:
        return ""
    verb = (found["verb"] or "").lower()
    verb = _PLAIN.get(verb, verb)
    if verb == "smoke" or (verb == "do" and not _FOOD.search(value)):
        return ""
    if deed := _DEED.fullmatch(value):
        return _WITHOUT_A_DEED.get(deed["deed"].lower(), "")
    drinks = verb == "drink" or _DRINK.fullmatch(value)
    return f"{'drink' if drinks else 'eat'} no {_ANY.sub('', value)}"


def quits(sentence: Sentence, mark: Tagged, value: str) -> str:
    """Return what holds of somebody who quit eating or smoking something; empty if they didn't.

    “I quit smoking” is "quit smoking", “I've stopped eating meat” is "eat no meat".
    """
    clause = clause_before(sentence, mark.start)
    if _VICE.fullmatch(value) and _QUIT.search(clause):
        return f"quit {value}"
    taken = _QUIT_TAKING.search(clause)
    return f"{taken['verb'].lower()} no {_ANY.sub('', value)}" if taken else ""


def _is_since_then(clause: str, after: str) -> bool:
    """Return whether what began is still so: “I've lived in Dublin for six years”."""
    return bool(_HAVE_BEEN.search(clause) and _SINCE.match(after)) and not NOT.search(clause)


def _is_denied(clause: str, after: str) -> bool:
    """Return whether “I don't live in London” says nothing of whether it was ever true."""
    present = re.search(
        r"\b(?:don'?t|doesn'?t|isn'?t|ain'?t|'?m not|am not|aren'?t)\b", clause, re.I
    )
    present = present or re.match(r"\W*(?:not|never)\b", clause, re.I)
    return bool(present) and not _NO_MORE.search(clause + after[:20])


def clause_before(sentence: Sentence, place: int) -> str:
    """Return the words of a value's clause that stand before it."""
    before = sentence.text[: place - sentence.start]
    ends = [end.end() for end in _CLAUSE_ENDS.finditer(before)]
    return before[ends[-1] :] if ends else before
