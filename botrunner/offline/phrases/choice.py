"""Picks one of several phrases, if possible one that wasn't said lately."""

from __future__ import annotations

import random
from collections.abc import Sequence

from botrunner.llm.base import ReplyContext
from botrunner.offline.phrases.knowledge import WHERE_OTHERS_READ


def choose(phrases: Sequence[str], context: ReplyContext, **values: str) -> str:
    """Return one of the phrases, filled in; always the same one for the same message and talk.

    Args:
        values: what fills the phrases' braces, besides the companion's name.
    """
    said = "\n".join(one.text for one in context.history if one.from_companion)
    if context.scope is not None and not context.scope.is_alone:
        phrases = WHERE_OTHERS_READ.get(phrases, phrases)
    filled = [phrase.format(bot=context.bot_name, **values) for phrase in phrases]
    fresh = [phrase for phrase in filled if phrase not in said] or filled
    return random.Random(f"{context.text}{len(context.history)}{context.now:%j%H}").choice(fresh)
