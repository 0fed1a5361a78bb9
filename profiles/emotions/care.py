"""Words of somebody who may be in danger."""

from __future__ import annotations

import re

from whisper.environment import environment

MOST_CHARACTERS = 20_000

_CRISIS = re.compile(
    r"\b(?:"
    r"kill(?:ing)? (?:my|him|her|them)sel(?:f|ves)"
    r"|(?:take|taking|end|ending) (?:my|his|her|their) (?:own )?li(?:fe|ves)|end(?:ing)? it all"
    r"|(?:want|wants|wanted|going) to die\b(?! (?:of )?laughing)|wanna die\b(?! (?:of )?laughing)"
    r"|wish (?:i|he|she) (?:was|were) (?:dead|never born)|better off (?:dead|without me)"
    r"|don'?t want to (?:live|be alive|exist|wake up|be here anymore)"
    r"|(?:no|any) reason to live|can'?t go on (?:any ?more|living|like this)"
    r"|suicid(?:e|al)\b(?! squad)|self[- ]?harm\w*|kms|unalive"
    r"|(?:hurt|hurting|cut|cutting) myself (?:again|on purpose)|hurting myself"
    r")",
    re.IGNORECASE,
)

_LINE = (
    "They may be in danger. Say that you are worried about them, stay warm, don't lecture and "
    "don't diagnose, and tell them plainly: "
)


def in_crisis(text: str) -> bool:
    """Tell whether a text speaks of dying by one's own hand or of hurting oneself."""
    return _CRISIS.search(text[:MOST_CHARACTERS].replace("’", "'")) is not None


def crisis_line(text: str) -> str:
    """Return what the prompt says where somebody may be in danger; empty where not."""
    return _LINE + environment.care_help_text if in_crisis(text) else ""
