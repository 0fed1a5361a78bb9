"""What a message wants, and the reply to it: the first intent that has an answer gives it."""

from __future__ import annotations

from collections.abc import Callable

from botrunner.llm.base import ReplyContext
from botrunner.offline import about_companion, answers, courtesies, listening

MOST_CHARACTERS = 20_000

Intent = Callable[[ReplyContext, str], str | None]

INTENTS: tuple[Intent, ...] = (
    courtesies.crisis,
    courtesies.self_reproach,
    about_companion.command,
    courtesies.wordless,
    courtesies.greeting,
    courtesies.courtesies,
    answers.about_person,
    about_companion.about_companion,
    answers.advice,
    answers.about_topic,
    listening.statement_of_fact,
    listening.wish_to_remember,
    answers.other_question,
)


def reply_to(context: ReplyContext) -> str:
    """Return the reply to a message."""
    text = " ".join(context.text[:MOST_CHARACTERS].replace("’", "'").split())
    for intent in INTENTS:
        if reply := intent(context, text):
            return reply
    return listening.chat(context, text)
