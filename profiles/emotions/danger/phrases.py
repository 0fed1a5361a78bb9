"""What people say who may be in danger, in ten languages; the phrases stand in `phrases/`.

Each file has one phrase per line, in sections. A phrase is a pattern over folded text: small
letters, no accents, no apostrophes, single spaces (see fold.py). Phrases are folded the same way,
so they are written as people write. `~` stands for up to three words. Repetitions have bounds, so a
text is read in linear time.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from profiles.emotions.danger.concepts import RULES

FOLDER = Path(__file__).parent / "phrases"
# By how often a phrase is looked for first; a text is taken for the first language that fits best.
LANGUAGES = ("en", "de", "fr", "es", "pt", "it", "pl", "nl", "tr", "ru")
_LISTS = ("negations", "trivial")
_SECTIONS = ("plain", "loose", "plain_negations", "loose_negations", *_LISTS)
_CONCEPTS = tuple(dict.fromkeys(name for rule in RULES for name in rule.concepts))


@dataclass(frozen=True, slots=True)
class Phrases:
    """The phrases of one language.

    Args:
        plain: they are meant; only a joke about something trivial takes them back.
        loose: also said in jest; a mark of laughter or something trivial takes them back.
        plain_negations, loose_negations: the same, with a negation that belongs to them. The
            others say the opposite after a negation.
        negations: words that deny a phrase.
        trivial: what nobody dies of.
        concepts: patterns by the names that concepts.py joins.
    """

    plain: tuple[str, ...]
    loose: tuple[str, ...]
    plain_negations: tuple[str, ...]
    loose_negations: tuple[str, ...]
    negations: tuple[str, ...]
    trivial: tuple[str, ...]
    concepts: dict[str, str]


def phrases_of(language: str) -> Phrases:
    """Read the phrases of a language, such as `de`."""
    sections: dict[str, list[str]] = {}
    found: list[str] = []
    for line in (FOLDER / f"{language}.txt").read_text("utf-8").splitlines():
        if line.startswith("[") and line.endswith("]"):
            name = line[1:-1].replace(" ", "_")
            found = sections.setdefault(name, [])
        elif line:
            found.extend(line.split(", ") if name in _LISTS else [line])
    return Phrases(
        **{name: tuple(sections.get(name, ())) for name in _SECTIONS},
        concepts={name: "|".join(sections.get(name, ())) for name in _CONCEPTS},
    )
