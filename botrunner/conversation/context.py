"""What a reply is made from: what was said, what comes to mind, how it feels, and the prompt."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.utils import timezone

from botrunner.attachments.reading import (
    IMAGE_TOKENS,
    NOTHING_ATTACHED,
    Attached,
    FileKind,
    kind_of,
    read,
)
from botrunner.conversation.base import Incoming, Surface
from botrunner.conversation.leaning import leans_on_what_was_said, with_what_was_said
from botrunner.conversation.messages import said_in
from botrunner.conversation.person import due_notes, introduction
from botrunner.conversation.persona import persona_in
from botrunner.conversation.prompt import NO_PROMPT, Prompt, PromptParts, build_prompt
from botrunner.conversation.received import Received
from botrunner.conversation.surroundings import NOTHING_AROUND, Surroundings
from botrunner.conversation.unkept import as_kept, unkept_words, without_secrets
from botrunner.history import conversation_cache
from botrunner.history.base import CachedMessage
from botrunner.history.convert import from_said
from botrunner.history.loader import warm
from botrunner.llm.base import (
    ChatMessage,
    LanguageModel,
    Limited,
    PersonView,
    Promptless,
    ReplyContext,
    Seeing,
)
from memories.index.base import Entry
from memories.recall import NOTHING, Explanation, explained, held_back
from memories.wording.memorable import asks_not_to_keep
from profiles.emotions import NEUTRAL, Feeling, classify
from profiles.emotions.state import crisis_line, lately_line, present_line
from profiles.models import STRONG
from profiles.preferences import zone_of
from whisper import live
from whisper.database.access import in_database
from whisper.database.errors import DatabaseUnavailableError
from whisper.environment import environment
from whisper.personal_data.quotations import Quotations

logger = logging.getLogger(__name__)

# The next best are kept for those who ask why a reply is what it is.
RECALLED, MISSED = 8, 5
# More than a prompt begins with: its window moves in steps.
HISTORY = 32


@dataclass(frozen=True, slots=True)
class Moods:
    """How what was said feels.

    Args:
        by_message: of each message of a turn, by the platform's id; empty if nobody is judged.
        danger: what the prompt says if the person may be in danger; empty otherwise.
    """

    by_message: Mapping[int, Feeling] = field(default_factory=dict)
    danger: str = ""

    @property
    def strongest(self) -> Feeling:
        """Return the mood of the turn: of its most moved message, the latest of equals."""
        found = list(self.by_message.values())
        return max(found[::-1], key=lambda feeling: feeling.intensity, default=NEUTRAL)


async def gather(
    turn: Sequence[Incoming],
    said: Incoming,
    received: Received,
    surface: Surface,
    model: LanguageModel,
) -> tuple[ReplyContext, Moods]:
    """Gather concurrently what the reply needs.

    Args:
        turn: the messages that it replies to.
        said: the last of them, with the text of all.
        received: the last of them, as it was received.
    """
    judged = received.profile is not None
    persona, (history, came_to_mind), around, moods, attached = await asyncio.gather(
        _persona(said, model),
        _thought_of(turn, said, received, surface),
        _around(turn, received, surface, model),
        # Some milliseconds a message, and seconds while the models load.
        asyncio.to_thread(_moods, turn, said.text, judged=judged),
        _attached(turn, model),
    )
    now = timezone.now().astimezone(zone_of(received.profile))
    parts = PromptParts(
        persona=persona,
        person=introduction(received),
        notes=[*_notes(moods, received, now), *([said.rewriting.note] if said.rewriting else [])],
        scope=received.scope,
        facts=received.facts,
        recalled=came_to_mind.found,
        history=history,
        text=said.text,
        now=now,
        budget=budget_of(model) - IMAGE_TOKENS * len(attached.pictures),
        name=received.name or said.person_name,
        around=around,
        attached=attached.lines,
    )
    # Tens of milliseconds where much was said.
    prompt, kept, unkept = await asyncio.to_thread(_prompted, parts, turn, attached, model)
    context = ReplyContext(
        messages=prompt.messages,
        kept_messages=kept,
        pictures=attached.pictures,
        hashes=attached.hashes,
        unkept=unkept,
        left_out=prompt.left_out,
        text=said.text,
        person=_view(said, received, moods.strongest),
        now=now,
        bot_name=environment.bot_name,
        history=history,
        recalled=came_to_mind.found,
        missed=came_to_mind.missed,
        facts=received.facts,
        scope=received.scope,
    )
    return context, moods


def _prompted(
    parts: PromptParts, turn: Sequence[Incoming], attached: Attached, model: LanguageModel
) -> tuple[Prompt, Sequence[ChatMessage], Sequence[Quotations]]:
    """Return the prompt, the prompt as it is kept, and what finds words that aren't kept."""
    prompt = NO_PROMPT if isinstance(model, Promptless) else build_prompt(parts)
    kept = as_kept(parts, turn, attached) if prompt.messages else ()
    return prompt, kept, unkept_words(parts, turn)


async def _persona(said: Incoming, model: LanguageModel) -> str:
    """Return who the companion is where this is answered, for a model that reads a prompt."""
    if isinstance(model, Promptless):
        return ""
    channels = (said.channel_id, said.parent_id)
    return await in_database(
        persona_in, said.guild_id, channels, said.person_id, for_adults=said.for_adults
    )


async def _around(
    turn: Sequence[Incoming], received: Received, surface: Surface, model: LanguageModel
) -> Surroundings:
    """Return what a turn stands among, for a model that reads a prompt."""
    if isinstance(model, Promptless):
        return NOTHING_AROUND
    around = without_secrets(await surface.surroundings(turn))
    return replace(around, talk=tuple(_since(received.fresh_since, around.talk)))


async def _attached(turn: Sequence[Incoming], model: LanguageModel) -> Attached:
    """Return what is attached to a turn, for a model that reads a prompt."""
    files = [file for one in turn for file in one.attachments]
    if not files or isinstance(model, Promptless):
        return NOTHING_ATTACHED
    images = any(kind_of(one) == FileKind.IMAGE for one in files)
    sees = images and isinstance(model, Seeing) and await model.sees()
    return await read(files, sees=sees)


async def _thought_of(
    turn: Sequence[Incoming], said: Incoming, received: Received, surface: Surface
) -> tuple[Sequence[CachedMessage], Explanation]:
    """Return what was said before a turn, and the memories that it brings to mind."""
    if leans_on_what_was_said(said.text):
        history = await _history(turn, received, surface)
        return history, await _recalled(with_what_was_said(said.text, history), received)
    return await asyncio.gather(_history(turn, received, surface), _recalled(said.text, received))


def _moods(turn: Sequence[Incoming], text: str, *, judged: bool) -> Moods:
    """Judge each message of a turn once, and whether their text speaks of danger. It blocks.

    Args:
        judged: false for people who have not agreed to be remembered; danger is heard even so.
    """
    feelings = {one.platform_id: classify(one.text) for one in turn} if judged else {}
    return Moods(feelings, crisis_line(text))


def _view(said: Incoming, received: Received, feeling: Feeling) -> PersonView:
    profile = received.profile
    return PersonView(
        id=said.person_id,
        name=received.name or said.person_name,
        remembers=profile is not None,
        emotion=feeling.emotion,
        certainty=feeling.confidence,
        interaction_count=profile.interaction_count if profile else 0,
        last_seen=received.last_seen,
    )


def budget_of(model: LanguageModel) -> int:
    """Return how many tokens a prompt may take: the setting, or less where the server takes less.

    So a full context is met once: from then on the prompt itself chooses what it has room for.
    """
    limit = model.prompt_limit if isinstance(model, Limited) else None
    return min(environment.llm_context_tokens, limit or environment.llm_context_tokens)


def _notes(moods: Moods, received: Received, now: datetime) -> list[str]:
    """Return what the prompt says of this turn alone: what is due, and the mood.

    Anyone who speaks of danger gets an answer to it. How a person felt before counts only in
    private: it may have been said there.
    """
    lines = [due_notes(received, now), moods.danger]
    if moods.strongest.intensity >= STRONG:
        lines.append(present_line(moods.strongest))
    if received.profile and received.scope.is_alone:
        lines.append(lately_line(received.profile, now))
    return [line for line in lines if line]


async def _recalled(text: str, received: Received) -> Explanation:
    if received.profile is None:
        return NOTHING
    began = time.perf_counter()
    try:
        found = await explained(text, received.scope, k=RECALLED, missed=MISSED)
    except DatabaseUnavailableError:
        # The reply is made a moment later, with all that is known.
        raise
    except Exception:
        # Without memories the companion still answers, with less.
        logger.exception("conversation: recall failed")
        return NOTHING
    live.publish(
        live.Event(
            live.LiveKind.RECALL,
            message=received.message.pk,
            milliseconds=round((time.perf_counter() - began) * 1000, 1),
            count=len(found.found),
            best=round(found.found[0].score, 3) if found.found else None,
        )
    )
    return found


async def not_told_here(incoming: Incoming, received: Received) -> list[Entry]:
    """Return what was recalled but may not be told where this is answered."""
    if received.profile is None:
        return []
    try:
        return await held_back(incoming.text, received.scope, k=RECALLED)
    except DatabaseUnavailableError as error:
        logger.warning("conversation: can't tell what was held back (%s)", error)
        return []
    except Exception:
        # The log of decisions lacks one then; the reply was given.
        logger.exception("conversation: can't tell what was held back")
        return []


async def _history(
    turn: Sequence[Incoming], received: Received, surface: Surface
) -> Sequence[CachedMessage]:
    """Return the messages before a turn, and put its own into the cache."""
    first = turn[0]
    limit = HISTORY + len(turn)
    held = await warm(first.channel_id, limit, surface.earlier, for_user=first.person_id)
    for one in turn:
        keep = received.profile is not None and not asks_not_to_keep(one.text)
        said = said_in(one, keep=keep)
        await conversation_cache().append(from_said(said))
    return _since(received.fresh_since, _said_before(turn, held))[-HISTORY:]


def _since(begun: datetime | None, messages: Sequence[CachedMessage]) -> Sequence[CachedMessage]:
    """Return what was said after a person began afresh; all of it if they did not."""
    return [one for one in messages if begun is None or one.sent_at > begun]


def _said_before(turn: Sequence[Incoming], held: Sequence[CachedMessage]) -> list[CachedMessage]:
    """Return what was said before a turn: later messages may be stored before it is answered.

    The companion's replies to what came before are part of it, also where they were sent later.
    """
    at = (turn[0].sent_at, turn[0].platform_id)
    own = {one.platform_id for one in turn}
    later = {one.id for one in held if not one.from_companion and one.order > at} | own
    return [one for one in held if one.id not in later and one.reply_to not in later]
