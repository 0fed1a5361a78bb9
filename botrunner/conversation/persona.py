"""Who the companion is: the persona chosen for a place in the console, or a Markdown file.

Both are read again when they change.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from botrunner.llm.tokens import count_tokens, has_at_most
from botrunner.personas.queries import text_chosen
from botrunner.servers.languages import LANGUAGES
from botrunner.servers.queries import language_of
from whisper.environment import environment

logger = logging.getLogger(__name__)

PERSONAS = Path(__file__).parent / "personas"
DEFAULT = PERSONAS / "whisper.md"


# The share of a prompt that a persona may take; the rest is for the person and the talk.
SHARE = 0.75
SPOKEN_THERE = (
    "People on this server write in {language}. Write in {language}, unless you are written to in "
    "another language."
)

_last: dict[Path, str] = {}


class PersonaTooLongError(ValueError):
    """A persona leaves no room in the prompt; the text can be shown."""


def persona() -> str:
    """Return the persona's text; while its file can't be read, what it last held, with a log line.

    Raises:
        OSError, ValueError: it could never be read.
    """
    return with_name(_text())


def persona_in(
    guild_id: int | None,
    channels: Sequence[int | None],
    person_id: int | None = None,
    *,
    for_adults: bool = False,
) -> str:
    """Return the persona of a place: the one chosen there, else the file's.

    Args:
        guild_id: the server; None for direct messages.
        channels: the channel, then the one that it is a thread of.
        person_id: whose direct messages they are; their own choice counts first.
        for_adults: whether the channel is age-restricted.
    """
    own = guild_id is None and environment.people_choose_persona
    whose = person_id if own else None
    chosen = text_chosen(guild_id, channels, whose, for_adults=for_adults)
    text = with_name(chosen) if chosen else persona()
    language = LANGUAGES.get(language_of(guild_id)) if guild_id is not None else None
    return f"{text}\n\n{SPOKEN_THERE.format(language=language)}" if language else text


def with_name(text: str) -> str:
    """Return a persona's text with the companion's name in it."""
    return text.replace("{bot_name}", environment.bot_name)


def most_tokens() -> int:
    """Return how many tokens a persona may have."""
    return int(environment.llm_context_tokens * SHARE)


def check_length(text: str) -> None:
    """Check whether a persona leaves room in the prompt.

    Raises:
        PersonaTooLongError: it doesn't.
    """
    most = most_tokens()
    if not has_at_most(text, most):
        raise PersonaTooLongError(
            f"A persona can have at most {most:,} tokens, {SHARE:.0%} of LLM_CONTEXT_TOKENS;"
            f" this one has {count_tokens(text):,}."
        )


def _text() -> str:
    path = environment.bot_system_prompt_file or DEFAULT
    try:
        _last[path] = _read(path, path.stat().st_mtime_ns)
    except (OSError, ValueError) as error:
        # Any other text would make another character of the companion.
        if path not in _last:
            raise
        logger.warning("persona: %s can't be read (%s), its last text is used", path, error)
    return _last[path]


@lru_cache(maxsize=4)
def _read(path: Path, changed: int) -> str:
    # `changed` is part of the key, so that an edited file is read again.
    text = path.read_text(encoding="utf-8").strip()
    if not text:
        raise ValueError("it is empty")
    most = most_tokens()
    if not has_at_most(text, most):
        raise PersonaTooLongError(
            f"BOT_SYSTEM_PROMPT_FILE must have at most {most} tokens, {SHARE:.0%} of"
            f" LLM_CONTEXT_TOKENS, got {count_tokens(text)} in '{path}'."
        )
    return text
