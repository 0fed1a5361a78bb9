"""What isn't kept: what people ask not to keep, secrets, and what stands around a message.

The reply says so of the first two. A reply that takes up what isn't kept is not kept either.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

from botrunner.attachments.reading import NOTHING_ATTACHED, Attached
from botrunner.conversation.base import Incoming
from botrunner.conversation.prompt import PromptParts, build_prompt
from botrunner.conversation.surroundings import NOTHING_AROUND, Surroundings
from botrunner.llm.base import ChatMessage
from botrunner.offline.phrases.hearing import DONT_KEEP
from memories.actions import clean_to_keep
from memories.wording.memorable import asks_not_to_keep
from profiles.emotions.examples import written
from profiles.states import Emotion
from whisper.personal_data.quotations import Quotations

NOT_KEPT = "(I haven't kept that message.)"
LEFT_OUT = (
    "(I left out what looks like a password, a key or the number of a card: I don't keep those. "
    "You may want to delete your message as well.)"
)
MARK = "(not kept)"


def remark_on(turn: Sequence[Incoming], text: str) -> str:
    """Return what a reply says of what was not kept of a turn; empty if that is said, or nothing.

    Args:
        text: the reply.
    """
    if any(one.has_secret for one in turn):
        return LEFT_OUT
    if any(asks_not_to_keep(one.text) for one in turn) and text not in DONT_KEEP:
        return NOT_KEPT
    return ""


def without_secrets(around: Surroundings) -> Surroundings:
    """Return what a message stands among as a model may read it."""
    talk = tuple(replace(one, text=clean_to_keep(one.text)) for one in around.talk)
    pointed_at = tuple(
        replace(one, text=clean_to_keep(one.text), title=clean_to_keep(one.title))
        for one in around.pointed_at
    )
    return replace(around, talk=talk, pointed_at=pointed_at)


def unkept_words(parts: PromptParts, turn: Sequence[Incoming]) -> Sequence[Quotations]:
    """Return what finds in a reply the words of its prompt that aren't kept.

    Of others who agreed to be remembered, a single word doesn't count; of the companion's own
    replies an everyday word doesn't.
    """
    held, around = {one.id for one in parts.history}, parts.around
    talk = [one for one in around.talk if one.id not in held]
    pointed_at = [one for one in around.pointed_at if one.platform_id not in held]
    lines = [*parts.history, *talk]
    said = [(one.text, one.agreed) for one in lines if not one.from_companion]
    said += [(one.text, one.agreed) for one in pointed_at]
    said += [(one.text, True) for one in turn]
    never = [text for text, agreed in said if not agreed or asks_not_to_keep(text)]
    replied = [one.text for one in lines if one.from_companion and not one.agreed]
    others = [*(one.text for one in talk), *(one.text for one in pointed_at)]
    kept = [parts.persona, parts.person, around.where, parts.name]
    heard = [*(one.text for one in parts.history), *(one.text for one in turn)]
    kept += [text for text in heard if text not in {*never, *replied}]
    kept += [one.text for one in parts.facts]
    kept += [one.entry.text for one in parts.recalled]
    return (
        Quotations(never, kept=kept),
        Quotations(replied, kept=[*kept, *_everyday()]),
        Quotations(others, kept=kept, words=False),
    )


@cache
def _everyday() -> tuple[str, ...]:
    """Return texts of words that anybody says."""
    return (NOT_KEPT, LEFT_OUT, *(" ".join(written(emotion)) for emotion in Emotion))


def as_kept(
    parts: PromptParts, turn: Sequence[Incoming], attached: Attached = NOTHING_ATTACHED
) -> Sequence[ChatMessage]:
    """Return the prompt as its trace keeps it; empty if that is the prompt itself.

    Words that a person asked not to keep, what files say, and what others said around the message,
    are in this process's memory, and in the prompts made from it, but not on a disk.
    """
    kept_turn = [one.text for one in turn if one.text and not asks_not_to_keep(one.text)]
    history = [one if one.agreed else replace(one, text=MARK) for one in parts.history]
    around = parts.around != NOTHING_AROUND or parts.attached != attached.kept
    if not around and history == list(parts.history) and "\n".join(kept_turn) == parts.text:
        return ()
    text = "\n".join([*kept_turn, MARK]) if len(kept_turn) < len(turn) else parts.text
    notes = [*parts.notes, *_left_out_of(parts.around)]
    kept = replace(
        parts,
        history=history,
        text=text,
        notes=notes,
        around=NOTHING_AROUND,
        attached=attached.kept,
    )
    return build_prompt(kept).messages


def _left_out_of(around: Surroundings) -> Iterator[str]:
    """Yield what a kept prompt says in place of what stood around a message."""
    if around.talk:
        yield f"(Read with it, and not kept: {len(around.talk)} lines of the channel's talk.)"
    if around.pointed_at:
        yield "(Read with it, and not kept: what the message points at.)"
