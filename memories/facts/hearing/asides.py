"""Further ways to say things in passing: “my happy place is the allotment”, “mine's Bandit”."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from memories.facts.dates import When
from memories.facts.hearing.passing import (
    CAPITAL,
    CONFIDENCE,
    PROPER,
    Context,
    Pattern,
    fact,
    found_in,
    unheard,
    value_of,
)
from memories.facts.hearing.scope import own_words, sentences
from memories.facts.hearing.values import tidy
from memories.facts.kinship import is_animal, subject_of
from memories.facts.statements import Said, Statement
from memories.facts.vocabulary import JOBS, LANGUAGES

_LEAD = r"^\W*(?:(?:and|so|oh|btw|well|ok|hi|hey|hello|honestly|tbh|lol|also)\W+)*"
_NOUNS = r"(?:(?!(?:is|are|was|i|we|it|my|that|this|he|she|you|they)\b)[\w'-]+ ){0,3}?[\w'-]+"
_WORKPLACE = rf"(?P<value>{PROPER}|(?:the|a|an) [\w-]+(?: (?!start|begin|are|is)[\w-]+)?)"
_FEEL = r"(?:soap|feet|cardboard|wet dog|dirt|death|poison|sick|metal|rubber|chalk|perfume)"
_THING = (
    r"(?P<thing>book|film|movie|song|album|show|series|game|dish|recipe|place|poem|author|band"
    r"|city)"
)
_AGAIN = (
    r"(?:go(?:ing)? back to|com(?:e|ing) back to|reread(?:ing)?|rewatch(?:ing)?|return(?:ing)? to"
    r"|order(?:ing)?)"
)
_BEST = r"(?:sound|smell|thing|feeling|food|taste|place|view|snack|drink|sport|game|band)"
_END = r"(?=\s*[,.!;:(]|\s*$| (?:and|but|so|because)\b)"
_TRADESMAN = (
    r"(?:plumber|electrician|builders?|boiler man|gas man|roofers?|surveyor|inspector|midwife"
    r"|health visitor|cleaner|landlord|vet|locksmith|chimney sweep|engineer|movers|removal men"
    r"|delivery|\w+ (?:man|guy|people|engineer|fitters?))"
)
_OF_KIN = r"(?:little|lil|big|older|younger|baby|twin|eldest|youngest|best)"
_DOES = r"(?=turn|(?:is|was|has|just|got|loves|lives|works)\b)"
_EACH = re.compile(r"\b(?:every|each|\w+days|mornings|evenings|weekends)\b", re.IGNORECASE)
_NO_BODY = frozenset(["someone", "somebody", "everyone", "it", "you", "mum", "dad", "work"])


def asides(said: Said, stated: Sequence[Statement]) -> list[Statement]:
    """Return what a message says in passing beyond what was heard in it.

    Args:
        stated: what was heard already.
    """
    return unheard([*found_in(said, _WRITTEN), *_named_later(said)], stated)


def _with(match: re.Match[str], context: Context) -> Statement | None:
    """Return in whose home somebody stays: “crashing at my brother's”."""
    kin = subject_of(match["kin"])
    if not kin or is_animal(kin):
        return None
    return fact("home_with", f"their {match['kin']}", match, context)


def _disliked(match: re.Match[str], context: Context) -> Statement | None:
    value = match["value"].strip()
    if value.lower() in _NO_BODY or subject_of(value):
        return None
    return fact("dislike", value, match, context)


def _liked(match: re.Match[str], context: Context) -> Statement | None:
    return fact("like", match["value"], match, context, verb=(match.groupdict().get("verb") or ""))


def _favourite(match: re.Match[str], context: Context) -> Statement | None:
    thing = tidy(match["thing"]).lower()
    return fact("favourite", match["value"], match, context, thing=thing)


def _coming(context: Context) -> When | None:
    """Return the day to come that a sentence names; None for what is done each week."""
    return None if _EACH.search(context.sentence) else context.to_come()


def _event(match: re.Match[str], context: Context) -> Statement | None:
    """Return a plan on the day to come that its sentence names."""
    when = _coming(context)
    return fact("plan", match["value"], match, context, when=when) if when else None


def _deed(match: re.Match[str], context: Context) -> Statement | None:
    when = _coming(context)
    return fact("plan", f"to {match['value']}", match, context, when=when) if when else None


def _meeting(match: re.Match[str], context: Context) -> Statement | None:
    when = _coming(context)
    return fact("plan", f"seeing {match['value']}", match, context, when=when) if when else None


def _due(match: re.Match[str], context: Context) -> Statement | None:
    when = _coming(context)
    return fact("plan", "baby due", match, context, when=when) if when else None


def _seeing(match: re.Match[str], context: Context) -> Statement | None:
    """Return with whom somebody goes out: “seeing a woman called Mila”."""
    verb, *_, name = match["value"].split()
    return fact("relationship", f"{verb} {name}", match, context)


def _of_partner(match: re.Match[str], context: Context) -> Statement | None:
    return fact("name", match["name"], match, context, subject="partner")


def _named(match: re.Match[str], context: Context) -> Statement | None:
    """Return the name of somebody who is introduced by what they are."""
    kin = subject_of(match["kin"])
    return fact("name", match["name"], match, context, subject=kin)


_WRITTEN: tuple[Pattern, ...] = (
    # Names
    (
        rf"{_LEAD}(?:this is|it['’]?s) (?P<value>{CAPITAL}) (?:typing|speaking|writing|on the"
        r" keyboard)\b",
        value_of("name"),
    ),
    (
        rf"\b(?P<name>{CAPITAL}),? (?:and )?(?:he|she)(?:['’]s| is) (?:now )?my"
        r" (?:new )?(?P<kin>[\w-]+)\b",
        _named,
    ),
    (
        rf"{_LEAD}(?P<name>{CAPITAL}),? my (?P<kin>(?:{_OF_KIN} )?[\w-]+),? {_DOES}",
        _named,
    ),
    (
        rf"{_LEAD}(?P<name>[^\W\d_]{{3,}}),? my (?P<kin>{_OF_KIN} [\w-]+),? {_DOES}",
        _named,
    ),
    (
        r"\b(?:we['’]re|we are|i['’]m|she['’]?s|she is"
        r"|(?:wife|partner|girlfriend|gf)(?: \w+)?(?:['’]s| is)) (?:expecting|pregnant with|having)"
        r" (?:our (?:first|second|third)|a baby|twins|a girl|a boy)\b",
        _due,
    ),
    # Home
    (
        r"\b(?:crashing|staying|kipping|living|sleeping|camping out|back)(?: for now)? (?:at|with)"
        r" (?:my|our) (?P<kin>[\w-]+)['’]s?(?: (?:place|flat|house|sofa|couch))?\b",
        _with,
    ),
    (
        rf"\b(?:so|and|then) (?:we|i)(?:['’]ve| have)?(?: just| finally)? (?:bought|settled|landed"
        rf"|ended up|found a place|rented|are renting) in (?P<value>{PROPER})",
        value_of("home"),
    ),
    (
        r"\bi(?:['’]?m| am)? (?:now )?(?:share|sharing) (?:a|the|my|this) (?:\w+ )?"
        r"(?:flat|house|room|place|apartment|bedsit)(?: in [\w-]+)? with (?P<value>[\w' ,&-]+)",
        value_of("home_with"),
    ),
    (
        r"\bi(?:['’]?m| am) (?:now )?(?P<value>seeing (?:someone|a (?:guy|girl|man|woman)))\b",
        value_of("relationship"),
    ),
    (
        r"(?:^\W*(?:just )?|\b(?:i|we|i['’]ve|i['’]?m)(?: \w+)? )(?:started |been"
        r" )?(?P<value>(?:seeing"
        rf"|dating) (?:someone|a (?:guy|girl|man|woman|lad|lass)) (?:called|named) {CAPITAL})",
        _seeing,
    ),
    (
        r"\b(?:seeing|dating|met) (?:someone|a (?:guy|girl|man|woman))\b.*\b(?:his|her|their)"
        rf" name(?:['’]s| is) (?P<name>{CAPITAL})",
        _of_partner,
    ),
    # Work
    (
        rf"\b(?:been|worked as|years? as) (?:an? )?(?:(?!at\b)[\w-]+ ){{0,2}}?(?:{JOBS})(?: for"
        rf" [\w-]+ (?:long )?years?)? (?:at|with) (?P<value>{PROPER}){_END}",
        value_of("employer"),
    ),
    (
        r"\bmy (?:shifts?|hours|working day|manager|boss|line manager|colleagues|co-?workers)"
        rf" at {_WORKPLACE} (?:starts?|begins?|are|is|ends?)\b",
        value_of("employer"),
    ),
    (
        r"\b(?:my|the) (?:job )?title (?:at work )?(?:is|says) (?:(?:literally|officially|actually"
        r"|technically|just)\W+)*(?P<value>(?!literally)[\w-]+(?: [\w-]+){0,3})",
        value_of("job"),
    ),
    (
        rf"\b(?:i['’]?m|i am|im) (?:now |officially |finally |actually |technically )+an?"
        rf" (?:qualified |registered |trained )?(?P<value>(?:[\w-]+ ){{0,2}}?(?:{JOBS}))\b",
        value_of("job"),
    ),
    # Tastes
    (
        rf"{_LEAD}(?P<value>{_NOUNS}) (?:tastes?|smells?) (?:just )?like {_FEEL}\b",
        _disliked,
    ),
    (
        rf"{_LEAD}(?P<value>{_NOUNS}) (?:makes? me (?:gag|retch|heave|shudder|feel sick)"
        r"|gives? me the (?:creeps|ick|shivers))\b",
        _disliked,
    ),
    (rf"{_LEAD}keep (?P<value>{_NOUNS}) (?:away from me|off my plate)\b", _disliked),
    (r"\bmy happy place is (?P<value>[\w' -]+)", _liked),
    (
        rf"{_LEAD}(?P<value>{_NOUNS}), (?:the )?best {_BEST} (?:in the world|ever|there is)\b",
        _liked,
    ),
    (rf"(?:{_LEAD}|, |[.!] )(?P<verb>love|adore) (?P<value>{_NOUNS}){_END}", _liked),
    (
        rf"\bthe {_THING} (?:that )?i (?:always|keep|constantly) {_AGAIN} is (?P<value>[^,.!?]+)",
        _favourite,
    ),
    # Languages
    (
        rf"\bmy (?P<value>{LANGUAGES}) is (?:a bit |pretty |quite |very |still |really )?(?:rusty"
        r"|fluent|decent|basic|bad|ok|okay|good|better|not great|terrible|awful|getting better)\b",
        value_of("language"),
    ),
    # Plans
    (
        r"(?:^\W*|\b(?:i['’]?m|we['’]?re|i am) )(?:gonna|going to|about to|off to)"
        r" (?P<value>(?!(?:be|rain|snow|storm|freeze|work|school|bed|sleep)\b"
        r"|have to|need|miss|die|cry|kill|say|tell)[\w' -]+?)"
        r"(?= (?:on|next|this|at|in the|tomorrow|tonight)\b)",
        _deed,
    ),
    (
        r"\bi (?P<value>(?:take|bring|drop|pick|fly|drive|leave|play|perform|speak|run)\b[\w' -]+?)"
        r"(?= (?:on|next|this|tomorrow|tonight)\b)",
        _deed,
    ),
    (
        r"\bi(?:['’]m)? (?:see|seeing|meet|meeting|visit|visiting)"
        r" (?P<value>(?:the|my|dr|doctor|an?) [\w-]+(?: [\w-]+)?)"
        r"(?= (?:on|next|this|at|tomorrow|again)\b)",
        _meeting,
    ),
    (
        rf"{_LEAD}(?:the |my |our )?(?P<value>(?:eurostar|train|flight|ferry|coach|bus|plane"
        rf"|sleeper) to {PROPER})",
        _event,
    ),
    (
        rf"\b(?P<value>(?:the|our|my) (?:[\w-]+ )?{_TRADESMAN})(?:['’]s| is| are) (?:coming|due"
        r"|arriving|calling|visiting|round)\b",
        _event,
    ),
    (
        r"(?P<value>\b(?:an?|one|two|three|four|my|another) (?:[\w-]+ ){0,2}?[\w-]+) (?:lined up"
        r"|coming up|booked|scheduled|pencilled in)\b",
        _event,
    ),
)
_HAVE = (
    r"(?:have|['’]ve(?: got)?|got|own|keep|picked up|adopted|rescued|brought home|bought|collected"
    r"|took in|meet)"
)
_ONE = rf"\b{_HAVE} an? (?:\w+ )?(?P<kin>(?:[\w-]+ )?[\w-]+)"
_CALLED = (
    rf"(?:called |named |calling |naming )?(?:her |him |it )?(?P<name>{CAPITAL})(?=\s*[,.!]|\s*$)"
)
_LATER: tuple[str, ...] = (
    # “We have a tortoise that's older than me, Sheldon”
    rf"{_ONE} (?:that|who|which)\b[^.!?,]{{3,40}}, {_CALLED}",
    # “Picked up a greyhound on Saturday, she's called Duchess”
    rf"{_ONE}(?: [\w' ]{{2,24}}?)?[,.!]+ (?:(?:s?he|it)(?:['’]?s| is)|we(?:['’]ve)?"
    rf"|(?:her|his) name(?:['’]?s| is)) {_CALLED}",
    # “Ferrets bite. Mine's Bandit”
    rf"\b(?P<kin>[\w-]+)s\b[^.!?]{{2,30}}[.!?,]+ (?:mine|ours)(?:['’]?s| is) {_CALLED}",
)
_LATER_PATTERNS = tuple(re.compile(written, re.IGNORECASE) for written in _LATER)


def _named_later(said: Said) -> Iterator[Statement]:
    """Yield the names of animals that a message introduces, and names some words later."""
    text = own_words(said.text)
    parts = sentences(text)
    for pattern in _LATER_PATTERNS:
        match = pattern.search(text)
        home = next((one for one in parts if match and one.start <= match.start() < one.end), None)
        if match is None or home is None or home.others or not home.states(match.start()):
            continue
        kin = subject_of(match["kin"]) or subject_of(match["kin"].split()[-1])
        if is_animal(kin):
            name = match["name"]
            yield Statement(
                kin, "name", name, name=name, confidence=CONFIDENCE, start=match.start()
            )
