"""What a message wants, and the reply to it: the first intent that has an answer gives it."""

from __future__ import annotations

from collections.abc import Callable

from botrunner.llm.base import ReplyContext
from botrunner.offline import about_companion, answers, courtesies, listening, sounds
from botrunner.offline.advice import advice, judgement
from botrunner.offline.notes import Notes

MOST_CHARACTERS = 20_000

Intent = Callable[[ReplyContext, str], str | None]
NotingIntent = Callable[[ReplyContext, str, Notes], str | None]


def _plain(intent: Intent) -> NotingIntent:
    """Return an intent that needs no notes as one that takes them."""
    return lambda context, text, notes: intent(context, text)


INTENTS: tuple[NotingIntent, ...] = (
    _plain(courtesies.crisis),
    _plain(courtesies.self_reproach),
    _plain(about_companion.command),
    _plain(listening.dont_keep),
    listening.reminder,
    sounds.grief,
    _plain(courtesies.emoji),
    _plain(courtesies.other_tongue),
    courtesies.greeting,
    _plain(courtesies.courtesies),
    listening.statement_of_fact,
    listening.moved_somehow,
    _plain(about_companion.about_companion),
    judgement,
    answers.about_person,
    advice,
    answers.about_topic,
    _plain(listening.wish_to_remember),
    answers.other_question,
)


def reply_to(context: ReplyContext, notes: Notes | None = None) -> str:
    """Return the reply to a message.

    Args:
        notes: what is at hand; nothing by default.
    """
    text = " ".join(context.text[:MOST_CHARACTERS].replace("’", "'").split())
    at_hand = notes or Notes()
    for intent in INTENTS:
        if reply := intent(context, text, at_hand):
            return reply
    return sounds.chat(context, text)
