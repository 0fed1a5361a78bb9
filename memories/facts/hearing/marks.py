"""Makes marks whole: the rest of a name, the verb of a job, a place with its country."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from memories.facts.tagging.spans import Tagged
from memories.facts.vocabulary import JOBS

_JOINED = {
    "home",
    "origin",
    "birthplace",
    "health",
    "home_with",
    "favourite",
    "job",
    "employer",
    "plan",
}
_PLACES = frozenset({"home", "origin", "birthplace"})
_WITH_VERB = re.compile(
    r"\b(?:drive|fix|repair|teach|write|translate|design|build|bake|sell|clean|deliver|manage|make"
    r"|paint|grow|farm|fly|edit|photograph|install|train|run|do)(?:e?s)?\s+(?:(?:an?|the)\s+)?$",
    re.IGNORECASE,
)
# “Teaching | assistant”
_KIND_OF_JOB = re.compile(
    r"\b(?:(?:high|middle|nursery) school|teaching|nursing|research|dental|legal|shop|sales|care"
    r"|healthcare|kitchen|lab|office"
    r"|classroom|personal|executive|senior|junior|head|deputy|site|bus|train|lorry|van|school"
    r"|primary|secondary|music|night|full[- ]time|part[- ]time|live[- ]in|civil|software|support"
    r"|data|security|social|youth)\s+$",
    re.IGNORECASE,
)
_WHO_DOES = re.compile(r"\b(?:my|our|the)\s+[\w'’-]+(?:\s[\w'’-]+)?\s+$", re.IGNORECASE)
_DOES = re.compile(
    r"(?:arrives?|is|are|comes?|visits?|starts?|turns?|gets?|graduates?|moves?|leaves?|runs?"
    r"|ends?)\b",
    re.IGNORECASE,
)
# “Tesco Express”, “B&Q”
_CAPITALISED = re.compile(r"(?: (?!I\b)|(?<=[A-Z])&(?=[A-Z]))[A-ZÀ-ÖØ-Þ][\w'’&-]*")
_GROWS = {"name", "favourite", "home", "school", "employer", "like", "dislike", "hobby", "origin"}
# “District | nurse”
_REST_OF_JOB = re.compile(rf" (?:{JOBS})\b", re.IGNORECASE)
# “University | of Ghana”, “Bank | of Scotland”
_OF_PLACE = re.compile(r" of (?:the )?[A-ZÀ-ÖØ-Þ][\w'’-]*")
_LAST_CAPITALISED = re.compile(r"(?:^| )[A-ZÀ-ÖØ-Þ][\w'’-]*$")
# “A small | bakery”
_ONLY_HOW = re.compile(
    r"(?:(?:an?|the|my|our) )?(?:small|little|tiny|wee|big|large|old|new|nice|lovely|cute|own"
    r"|family|local|online|mobile|busy|good|proper|bad|great|weird|cheap|fresh|fancy|cosy|vintage"
    r"|ugly|odd)",
    re.IGNORECASE,
)
# “Old Hindi | songs”
_WORKS = re.compile(
    r" (?:songs?|music|films?|movies?|books?|games?|food|novels?|poetry|poems|art|cuisine|comics"
    r"|records|shows?|series|cooking|dishes|history|dramas?|soaps?)\b",
    re.IGNORECASE,
)
# “Restoring | the same motorbike”
_DOES_TO = re.compile(
    r"(?:restoring|building|making|breeding|keeping|growing|fixing|repairing|training|raising"
    r"|rebuilding|designing|flying|brewing|mending)",
    re.IGNORECASE,
)
_WHAT = re.compile(
    r" (?:(?:the|an?|my|our|some|old|same|vintage|little|model|own) )*(?!and\b|in\b|on\b|at\b"
    r"|with\b|since\b|for\b|is\b|as\b)[a-z][\w-]*",
    re.IGNORECASE,
)
# “I | volunteer at a food bank”, “I sing | alto”
_VOLUNTEERS = re.compile(r"\bvolunteer(?:s|ing)? (?:at|with|for|in)\s+$", re.IGNORECASE)
_VOLUNTEERS_AT = re.compile(
    r" (?:at|with|for|in) (?:(?:an?|the|our|my|local) )*(?!the\b|an?\b)[\w'’-]+(?: (?!on\b|in\b"
    r"|at\b|every\b|and\b|but\b|so\b|since\b|twice\b|once\b|when\b)[\w'’-]+)?",
    re.IGNORECASE,
)
_SINGS = re.compile(r"\b(?:sing|sang|singing) $", re.IGNORECASE)
# “The garden | centre”
_REST_OF_PLACE = re.compile(
    r" (?:centre|center|shop|store|station|company|board|plant|office|school|club|service|surgery"
    r"|clinic|ward|market|factory|library|hall|practice|agency|works|depot|yard|farm|kitchen"
    r"|[a-z]{3,}(?:ers|ists))\b",
    re.IGNORECASE,
)
# “Down | 's syndrome”; what follows “asthma” in “my asthma's bad” belongs to no name.
_AFTER_SOMEBODY = re.compile(
    r"(?:addison|alzheimer|asperger|bell|crohn|cushing|down|hashimoto|hodgkin|huntington|parkinson"
    r"|raynaud|tourette)['’]s(?: (?:syndrome|disease))?\b",
    re.IGNORECASE,
)
# “I had my hip | replaced”
_REPLACED = re.compile(r" replaced$", re.IGNORECASE)
# “My penicillin | allergy”
_ALLERGY = re.compile(r" (?:allergy|intolerance|phobia)\b", re.IGNORECASE)
# “Marks & Spencer”
_AND_PARTNER = re.compile(r" & [A-ZÀ-ÖØ-Þ][\w'’-]*")
# “taking my mum to the coast”
_REST_OF_PLAN = re.compile(
    r" (?:to|at|with|from|out of) (?:(?:the|my|an?|our|his|her) )?(?!\d|next|this|tomorrow|mon|tues"
    r"|wed|thurs|fri|sat|sun)[^\W\d_][\w'’-]*"
)
# “Audition for | the school play”
_AUDITIONS = re.compile(r"\baudition(?:ing)? for (?:(?:the|an?|my) )?$", re.IGNORECASE)
# “I have the | chiropodist”
_THE = re.compile(r"(?:\b(?:have|got)|['’]ve) (?P<the>the )$", re.IGNORECASE)
# “MOT due next Tuesday”
_IS_DUE = re.compile(r"(?:is |are )?(?:due|booked|scheduled)\b", re.IGNORECASE)
I_AM = re.compile(r"\b(?:i['’]?m|i am|we['’]?re|we are) $", re.IGNORECASE)
_EVENT_BEFORE = re.compile(r"(?P<event>(?:[\w'’-]+ )?[\w'’-]+?)(?: is| are|['’]s)? $")
# “drive a | tram”
_ENDS_OPEN = re.compile(r"\w (?:an?|the)$", re.IGNORECASE)
_REST_OF_DEED = re.compile(r" [^\W\d_][\w'’-]*")
# “on my own”
_MY_OWN = re.compile(r" my own\b", re.IGNORECASE)
# “With two drummers”
_HOW_MANY = re.compile(
    r"(?:two|three|four|five|six|\d|a couple of|some)(?: other)?"
    r" (?:(?!in|at|on|and|who|from|near)[a-z]+)",
    re.IGNORECASE,
)
_OPEN = frozenset({"business", "plan", "like", "hobby", "favourite", "learning"})
_OPEN_END = re.compile(r" (?:the|an?|my|of)$", re.IGNORECASE)
_TASTES = frozenset({"like", "dislike", "favourite"})
_NONE_BEFORE = re.compile(r"\bno\s+$", re.IGNORECASE)


def grown(text: str, mark: Tagged) -> Tagged:
    """Return a mark with words that belong to it: the rest of a name, the verb of a job."""
    before = text[: mark.start]
    if mark.kind == "job" and (verb := _WITH_VERB.search(before)):
        return replace(mark, start=verb.start())
    if mark.kind == "job" and (kind := _KIND_OF_JOB.search(before)):
        return replace(mark, start=kind.start())
    if (
        mark.kind == "plan"
        and _DOES.match(text[mark.start :])
        and (who := _WHO_DOES.search(before))
    ):
        return replace(mark, start=who.start())
    if mark.kind == "plan" and (article := _THE.search(before)):
        return replace(mark, start=article.start("the"), end=_end_of(text, mark))
    if mark.kind == "plan" and (deed := _AUDITIONS.search(before)):
        return replace(mark, start=deed.start())
    if mark.kind == "plan" and _IS_DUE.match(text[mark.start :]):
        if I_AM.search(before):
            # “I'm due in May”: of a baby.
            return mark
        event = _EVENT_BEFORE.search(before)
        return replace(mark, start=event.start("event"), end=event.end("event")) if event else mark
    if mark.kind == "job" and _ENDS_OPEN.search(text[mark.start : mark.end]):
        rest = _REST_OF_DEED.match(text, mark.end)
        return replace(mark, end=rest.end()) if rest else mark
    if mark.kind == "home_with" and (own := _MY_OWN.match(text, mark.end)):
        return replace(mark, end=own.end())
    if mark.kind == "home_with" and (who := _HOW_MANY.match(text, mark.start)):
        return replace(mark, end=max(mark.end, who.end()))
    if mark.kind == "count" and (none := _NONE_BEFORE.search(before)):
        return replace(mark, start=none.start())
    if mark.kind == "hobby" and (deed := _VOLUNTEERS.search(before) or _SINGS.search(before)):
        return replace(mark, start=deed.start())
    return replace(mark, end=_end_of(text, mark))


def _end_of(text: str, mark: Tagged) -> int:
    """Return where the words of a mark end that belong together."""
    end = mark.end
    words = text[mark.start : end]
    if mark.kind == "plan" and (rest := _REST_OF_PLAN.match(text, end)):
        return rest.end()
    if mark.kind == "health" and (replaced := _REPLACED.search(words)):
        return mark.start + replaced.start()
    if mark.kind == "health" and (allergy := _ALLERGY.match(text, end)):
        return allergy.end()
    if mark.kind == "health" and (named := _AFTER_SOMEBODY.match(text, mark.start)):
        return named.end()
    if mark.kind in {"school", "employer"} and _LAST_CAPITALISED.search(words):
        place = _OF_PLACE.match(text, end)
        return place.end() if place else _grown_end(text, mark, end)
    if mark.kind == "hobby":
        if words.lower() == "volunteer" and (where := _VOLUNTEERS_AT.match(text, end)):
            return where.end()
        if _DOES_TO.fullmatch(words) and (what := _WHAT.match(text, end)):
            return what.end()
    is_open = _ONLY_HOW.fullmatch(words) or _OPEN_END.search(words)
    if is_open and mark.kind in _OPEN and (rest := _REST_OF_DEED.match(text, end)):
        return rest.end()
    if mark.kind in _TASTES and (rest := _WORKS.match(text, end)):
        return rest.end()
    return _grown_end(text, mark, end)


def _grown_end(text: str, mark: Tagged, end: int) -> int:
    """Return where a mark ends with the rest of its name."""
    if mark.kind == "job" and (rest := _REST_OF_JOB.match(text, end)):
        end = rest.end()
    if mark.kind == "employer" and (rest := _REST_OF_PLACE.match(text, end)):
        end = rest.end()
    if mark.kind == "employer" and (partner := _AND_PARTNER.match(text, end)):
        end = partner.end()
    shouted = text.isupper() or not text[mark.start : mark.end][:1]
    while mark.kind in _GROWS and not shouted and (more := _CAPITALISED.match(text, end)):
        end = more.end()
    return end


def joined(text: str, marks: Sequence[Tagged]) -> list[Tagged]:
    """Join marks of one kind that only a comma or a space parts: “Leith, Edinburgh”."""
    found: list[Tagged] = []
    for mark in marks:
        last = found[-1] if found else None
        if last and last.others == mark.others and _are_one(text, last, mark):
            found[-1] = replace(
                last, end=mark.end, confidence=max(last.confidence, mark.confidence)
            )
        else:
            found.append(mark)
    return found


def _are_one(text: str, last: Tagged, mark: Tagged) -> bool:
    """Return whether a mark continues the last one: “Tulsa, Oklahoma” is one place."""
    between = text[last.end : mark.start].strip(" ")
    if last.over != mark.over:
        return False
    if last.kind in _PLACES and mark.kind in _PLACES and between == ",":
        return True
    return last.kind == mark.kind and mark.kind in _JOINED and between == ""
