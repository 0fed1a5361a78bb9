"""Who the companion is: a Markdown file, read again when it changes."""

from __future__ import annotations

import logging
from functools import lru_cache
from pathlib import Path

from whisper.environment import environment

logger = logging.getLogger(__name__)

PERSONAS = Path(__file__).parent / "personas"
DEFAULT = PERSONAS / "whisper.md"


def persona() -> str:
    """Return the persona's text; where its file can't be read, the shipped one, with a log line."""
    return _text().replace("{bot_name}", environment.bot_name)


def _text() -> str:
    path = environment.bot_system_prompt_file or DEFAULT
    try:
        text = _read(path, path.stat().st_mtime_ns)
        if text:
            return text
        logger.warning("persona: %s is empty, the shipped one is used", path)
    except (OSError, UnicodeDecodeError) as error:
        logger.warning("persona: %s can't be read (%s), the shipped one is used", path, error)
    return _read(DEFAULT, DEFAULT.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _read(path: Path, changed: int) -> str:
    # `changed` is part of the key, so that an edited file is read anew.
    return path.read_text(encoding="utf-8").strip()
