"""What a message wants, and the reply to it: the first intent that has an answer gives it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import timedelta

from botrunner.llm.base import ReplyContext
from botrunner.llm.offline import phrases
from botrunner.llm.offline.phrases import choose
from botrunner.llm.offline.questions import answer, asked_slot
from botrunner.llm.offline.when import daytime, gap, on
from memories.facts.rules import extract
from memories.index.base import Entry
from memories.models import Memory
from memories.recall import Recalled
from profiles.emotions.state import crisis_line
from whisper.environment import environment

LONG_ABSENCE = timedelta(days=2)
LONG_TEXT = 1500
QUOTE_LENGTH = 160
# A cosine from which a sentence is really about the same thing (all-MiniLM-L6-v2).
RELATED = 0.45
FACTS_TOLD = 10

Intent = Callable[[ReplyContext, str], str | None]

_GREETING = re.compile(
    r"^(?:hi|hey|hello|heya|hiya|yo|howdy|greetings|good (?:morning|afternoon|evening)|hallo|salut"
    r"|hola|moin)\b[^?]{0,40}$",
    re.I,
)
_FAREWELL = re.compile(r"^(?:bye|goodbye|see you|see ya|cya|later|ciao|take care|ttyl)\b", re.I)
_GOOD_NIGHT = re.compile(r"^(?:good night|goodnight|night|gn|sleep well)\b", re.I)
_THANKS = re.compile(r"^(?:thanks|thank you|thx|ty|cheers|much appreciated)\b[^?]{0,60}$", re.I)
_HOW_ARE_YOU = re.compile(r"\bhow (?:are|r) (?:you|u)\b|\bhow's it going\b|\bwhat's up\b", re.I)
_WHO_ARE_YOU = re.compile(
    r"\b(?:who|what) are you\b|\bwhat's your name\b|\bwhat is your name\b|\bare you (?:a |an )?"
    r"(?:bot|robot|human|real|ai|person|program)\b|\btell me about yourself\b",
    re.I,
)
_ABILITIES = re.compile(r"\bwhat can you do\b|^help\b|\bhow do you work\b|\bwhat do you do\b", re.I)
_ABOUT_ME = re.compile(
    r"\bwhat do you (?:know|remember) (?:about|of) me\b|\btell me about me\b"
    r"|\bwhat have i told you\b|\bdo you (?:know|remember) me\b",
    re.I,
)
_ABOUT_TOPIC = re.compile(
    r"\bwhat did i (?:tell|say)(?: to)?(?: you)?(?: about)?\b|\bdo you remember\b"
    r"|\bwhat do you (?:know|remember) about (?:my|the)\b|\bdid i (?:ever )?(?:tell|mention)\b"
    r"|\bhave i (?:ever )?(?:told|mentioned)\b|\bremind me\b",
    re.I,
)
_ABOUT_SELF = re.compile(r"\b(?:i|my|me|mine|we|our)\b", re.I)
_JOKE = re.compile(r"\bjoke\b|\bmake me laugh\b", re.I)
_FORGET = re.compile(r"^(?:please )?(?:forget|delete|erase)\b", re.I)
_REMEMBER = re.compile(r"^(?:please )?remember\b", re.I)
_QUESTION = re.compile(
    r"\?\s*$|^(?:what|where|when|who|why|how|which|is|are|do|does|did|can|could|will|would)\b", re.I
)
_LATIN_WORD = re.compile(r"[a-z]{2,}", re.I)
_LETTER = re.compile(r"[^\W\d_]")


def reply_to(context: ReplyContext) -> str:
    """Return the reply to a message."""
    text = " ".join(context.text[:20_000].split())
    for intent in INTENTS:
        if reply := intent(context, text):
            return reply
    return _chat(context, text)


def _crisis(context: ReplyContext, text: str) -> str | None:
    if not crisis_line(text):
        return None
    return (
        "I'm really glad you told me, and I'm worried about you. "
        f"{environment.care_help_text} And you can keep talking to me, I'm here."
    )


def _wordless(context: ReplyContext, text: str) -> str | None:
    if not text:
        return choose(phrases.EMPTY, context)
    if not _LETTER.search(text) and not any(character.isdigit() for character in text):
        return choose(phrases.EMOJI if len(text) < 50 else phrases.HEARD, context)
    if not _LATIN_WORD.search(text):
        return choose(phrases.DONT_UNDERSTAND, context)
    return None


def _greeting(context: ReplyContext, text: str) -> str | None:
    if not _GREETING.match(text) or extract(text):
        return None
    values = {"name": _comma_name(context), "daytime": daytime(context.now)}
    seen = context.person.last_seen
    if seen and context.now - seen > LONG_ABSENCE:
        since = gap(context.now - seen)
        start = since[0].upper() + since[1:]
        return choose(phrases.LONG_TIME, context, gap=since, gap_start=start, **values)
    first = context.person.interaction_count <= 1 and not context.history
    return choose(phrases.FIRST_MEETING if first else phrases.GREETINGS, context, **values)


def _courtesies(context: ReplyContext, text: str) -> str | None:
    for pattern, said in (
        (_GOOD_NIGHT, phrases.GOOD_NIGHTS),
        (_FAREWELL, phrases.FAREWELLS),
        (_THANKS, phrases.THANKS),
    ):
        if pattern.match(text) and len(text) < 80:
            return choose(said, context, name=_comma_name(context))
    return None


def _about_companion(context: ReplyContext, text: str) -> str | None:
    if _WHO_ARE_YOU.search(text):
        return choose(phrases.WHO_ARE_YOU, context)
    if _ABILITIES.search(text) and len(text) < 80:
        known = context.person.remembers
        return choose(phrases.ABILITIES if known else phrases.ABILITIES_FORGETFUL, context)
    if _HOW_ARE_YOU.search(text) and len(text) < 80:
        return choose(phrases.HOW_ARE_YOU, context)
    if _JOKE.search(text) and len(text) < 80:
        return choose(phrases.JOKES, context)
    if _FORGET.match(text):
        return choose(phrases.FORGET_HELP, context)
    return None


def _about_person(context: ReplyContext, text: str) -> str | None:
    """Answer a direct question about a fact, or about all that is known."""
    if not _QUESTION.search(text) and not _ABOUT_TOPIC.search(text):
        return None
    if _ABOUT_ME.search(text):
        return _all_known(context)
    slot = asked_slot(text)
    if slot is None:
        return None
    if fact := answer(slot, _facts(context)):
        return _told(fact, context)
    if slot == "name" and context.person.name:
        return f"You're {context.person.name}, of course."
    return _quote_best(context) if _has_statement(context) else _unknown(context)


def _all_known(context: ReplyContext) -> str:
    facts = [fact for fact in _facts(context) if fact.kind == Memory.Kind.USER_FACT]
    if not facts:
        said = _statements(context.recalled)
        return _quote(said[0], context) if said else _nothing_known(context)
    lines = [f"- {second_person(fact.text)}" for fact in facts[:FACTS_TOLD]]
    return "\n".join(["This is what I know about you:", *lines])


def _about_topic(context: ReplyContext, text: str) -> str | None:
    """Quote what was said about something that is asked for."""
    if not (_ABOUT_TOPIC.search(text) or (_QUESTION.search(text) and _ABOUT_SELF.search(text))):
        return None
    facts = [one for one in context.recalled if _is_related(one) and _is_fact(one)]
    if facts:
        return _told(facts[0].entry, context)
    if _has_statement(context):
        return _quote_best(context)
    return _unknown(context)


def _other_question(context: ReplyContext, text: str) -> str | None:
    if not text.endswith("?") or extract(text):
        return None
    related = [one for one in context.recalled if _is_related(one)]
    if related and not _is_question(related[0].entry.text):
        best = related[0]
        return _told(best.entry, context) if _is_fact(best) else _quote(best, context)
    return choose(phrases.NO_MODEL, context)


def _statement_of_fact(context: ReplyContext, text: str) -> str | None:
    """Take up a fact that was just stated."""
    facts = extract(text)
    if not facts:
        return None
    told = second_person(facts[0].text).rstrip(".")
    parts = [f"{told[0].upper()}{told[1:]}."]
    mood = phrases.MOODS.get(context.person.emotion)
    if mood and context.person.emotion != "curious":
        parts.insert(0, choose(mood, context))
    if context.person.remembers:
        parts.append(choose(phrases.NOTED, context))
    return " ".join([*parts, choose(phrases.FOLLOW_UPS, context)])


def _wish_to_remember(context: ReplyContext, text: str) -> str | None:
    if not _REMEMBER.match(text):
        return None
    known = context.person.remembers
    return choose(phrases.NOTED if known else phrases.UNKNOWN_FORGETFUL, context)


def _chat(context: ReplyContext, text: str) -> str:
    """Answer anything else: take up the mood, link to what is remembered, ask a little."""
    if len(text) > LONG_TEXT:
        kept = context.person.remembers
        return choose(phrases.LONG if kept else phrases.LONG_FORGETFUL, context)
    mood = context.person.emotion
    parts = [choose(phrases.MOODS.get(mood, phrases.HEARD), context)]
    reminder = _reminder(context)
    if reminder:
        parts.append(reminder)
    elif mood not in phrases.DISTRESS and not parts[0].endswith("?"):
        parts.append(choose(phrases.FOLLOW_UPS, context))
    return " ".join(parts)


def _reminder(context: ReplyContext) -> str | None:
    """Return a sentence on an earlier day that is like this one, unless it was just told."""
    said = "\n".join(one.text for one in context.history)
    for one in _statements(context.recalled):
        old = context.now - one.entry.said_at > timedelta(hours=12)
        if old and _is_related(one) and one.entry.text[:40] not in said:
            return choose(phrases.REMINDERS, context, **_quoted(one, context))
    return None


def _facts(context: ReplyContext) -> list[Entry]:
    """Return the facts at hand: what is always known, and what this message brought to mind."""
    recalled = [one.entry for one in context.recalled if _is_fact(one)]
    return [*context.facts, *(fact for fact in recalled if fact not in context.facts)]


def _told(fact: Entry, context: ReplyContext) -> str:
    """Return a fact, with when it was told."""
    text = second_person(fact.text)
    if fact.owner_id is None:
        return text
    return f"{text} You told me {on(fact.said_at, context.now)}."


def _quote_best(context: ReplyContext) -> str:
    return _quote(_statements(context.recalled)[0], context)


def _quote(one: Recalled, context: ReplyContext) -> str:
    return choose(phrases.QUOTES, context, **_quoted(one, context))


def _quoted(one: Recalled, context: ReplyContext) -> dict[str, str]:
    when = on(one.entry.said_at, context.now)
    text = " ".join(one.entry.text.split())
    if len(text) > QUOTE_LENGTH:
        text = text[:QUOTE_LENGTH].rsplit(" ", 1)[0] + " …"
    return {
        "when": when,
        "When": when[0].upper() + when[1:],
        "bare_when": when.removeprefix("on "),
        "text": text,
    }


def _unknown(context: ReplyContext) -> str:
    known = context.person.remembers
    return choose(phrases.UNKNOWN if known else phrases.UNKNOWN_FORGETFUL, context)


def _nothing_known(context: ReplyContext) -> str:
    known = context.person.remembers
    return choose(phrases.NOTHING_KNOWN if known else phrases.UNKNOWN_FORGETFUL, context)


def _statements(recalled: Sequence[Recalled]) -> list[Recalled]:
    """Return recalled conversation that states something: a question answers nothing."""
    return [
        one
        for one in recalled
        if one.entry.kind == Memory.Kind.CONVERSATION and not _is_question(one.entry.text)
    ]


def _has_statement(context: ReplyContext) -> bool:
    said = _statements(context.recalled)
    return bool(said) and _is_related(said[0])


def _is_related(one: Recalled) -> bool:
    return one.dense is None or one.dense >= RELATED


def _is_fact(one: Recalled) -> bool:
    return one.entry.kind in {Memory.Kind.USER_FACT, Memory.Kind.SHARED_FACT}


def _is_question(text: str) -> bool:
    return text.rstrip().endswith("?")


def _comma_name(context: ReplyContext) -> str:
    return f", {context.person.name}" if context.person.name else ""


_SECOND = {"they": "you", "their": "your", "them": "you", "theirs": "yours"}
_THIRD = re.compile(r"\b(they|their|them|theirs)\b", re.I)


def second_person(text: str) -> str:
    """Return a sentence about «they» as one to «you»; only its own words, not a name's."""

    def turned(match: re.Match[str]) -> str:
        word = match.group()
        new = _SECOND[word.lower()]
        return new.capitalize() if word[0].isupper() else new

    return _THIRD.sub(turned, text, count=1)


INTENTS: tuple[Intent, ...] = (
    _crisis,
    _wordless,
    _greeting,
    _courtesies,
    _about_companion,
    _about_person,
    _about_topic,
    _statement_of_fact,
    _wish_to_remember,
    _other_question,
)
