"""The marks by which models fence off their thoughts, and what chat templates leave behind."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto


class MarkerKind(Enum):
    """What a mark means."""

    THOUGHTS = auto()  # From here on the model thinks.
    CLOSING = auto()  # Here it stops thinking.
    DROP = auto()  # It means nothing.
    END = auto()  # The answer is over, whatever follows.
    SPEAKER = auto()  # The model starts to write the person's part.
    GLUED = auto()  # A role's name whose special tokens were lost.


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark in a model's text.

    Args:
        whole: matches it.
        part: matches each beginning of it to the end of a text, so that a stream can wait.
        closing: what ends the thoughts that it opens.
    """

    kind: MarkerKind
    whole: re.Pattern[str]
    part: re.Pattern[str]
    first: str
    closing: tuple[Mark, ...] = ()


def mark(kind: MarkerKind, *atoms: str, then: str = "", closing: tuple[Mark, ...] = ()) -> Mark:
    """Return a mark.

    Args:
        atoms: regular expressions in a row. Cut between two of them, the mark is incomplete; one
            of several characters must match each of its own beginnings as well.
        then: what must follow it.
    """
    part = ""
    for atom in reversed(atoms):
        part = f"(?:{atom}{part})?"
    whole = "".join(atoms) + (f"(?={then})" if then else "")
    return Mark(kind, _compiled(whole), _compiled(part), atoms[0], closing)


def firsts(marks: Iterable[Mark]) -> re.Pattern[str]:
    """Return a pattern for every place where one of the marks may begin."""
    return _compiled("|".join(sorted({one.first for one in marks})))


class Candidates:
    """Marks by the character that begins them, which must be one for each."""

    def __init__(self, marks: Sequence[Mark]) -> None:
        self._marks = marks
        self._by_first: dict[str, tuple[list[Mark], re.Pattern[str], re.Pattern[str]]] = {}

    def at(self, text: str, start: int, *, final: bool) -> Iterator[tuple[Mark, int]]:
        """Yield the marks at a place and where each ends; 0 for one that the text may go on to.

        Args:
            final: whether the text is whole, so that none may go on.
        """
        marks, wholes, parts = self._beginning(text[start])
        # Nearly always it is none of them.
        if not wholes.match(text, start) and (final or not parts.fullmatch(text, start)):
            return
        for one in marks:
            if found := one.whole.match(text, start):
                yield one, found.end()
            elif not final and one.part.fullmatch(text, start):
                yield one, 0

    def _beginning(self, first: str) -> tuple[list[Mark], re.Pattern[str], re.Pattern[str]]:
        if first not in self._by_first:
            marks = [one for one in self._marks if _compiled(one.first).fullmatch(first)]
            # Without any, nothing matches.
            wholes = "|".join(f"(?:{one.whole.pattern})" for one in marks) or "(?!)"
            parts = "|".join(f"(?:{one.part.pattern})" for one in marks) or "(?!)"
            self._by_first[first] = marks, _compiled(wholes), _compiled(parts)
        return self._by_first[first]


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _letters(text: str) -> list[str]:
    return [re.escape(letter) for letter in text]


def _literal(kind: MarkerKind, text: str, then: str = "", closing: tuple[Mark, ...] = ()) -> Mark:
    return mark(kind, *_letters(text), then=then, closing=closing)


NAMES = (
    *("think", "thinking", "thought", "thoughts", "reasoning", "reason", "analysis"),
    *("seed:think", "mm:think", "antml:thinking", "antthinking"),
)
PAIRS = (
    ("[THINK]", "[/THINK]"),
    ("◁think▷", "◁/think▷"),
    ("<|think|>", "<|/think|>"),
    ("<|thinking|>", "<|/thinking|>"),
    ("<|begin_of_thought|>", "<|end_of_thought|>"),
    ("<|START_THINKING|>", "<|END_THINKING|>"),
    ("<|inner_prefix|>", "<|inner_suffix|>"),
    ("<|channel>", "<channel|>"),
    ("Here is my thought process:", "Here is my response:"),
)
ATTRIBUTES = r"(?:\s[^<>]{0,200})?"
SPECIAL_TOKENS = (
    (r"<", r"[|｜]", r"[\w▁/ -]{0,40}", r"[|｜]", ">"),
    *map(_letters, ("<start_of_turn>", "<end_of_turn>", "<|turn>", "<turn|>", "</s>")),
    *map(_letters, ("[INST]", "[/INST]")),
)
TURN_OPENINGS = (
    *("<|im_start|>", "<|start_header_id|>", "<|start|>", "<|header_start|>"),
    *("<start_of_turn>", "<|turn>"),
)


def _thoughts() -> list[Mark]:
    marks = []
    for name in NAMES:
        close = mark(MarkerKind.CLOSING, *_letters(f"</{name}"), r"\s{0,9}", ">")
        opening = (*_letters(f"<{name}"), ATTRIBUTES, ">")
        marks.append(mark(MarkerKind.THOUGHTS, *opening, closing=(close,)))
    for opening_text, closing_text in PAIRS:
        close = _literal(MarkerKind.CLOSING, closing_text)
        marks.append(_literal(MarkerKind.THOUGHTS, opening_text, closing=(close,)))
    return marks


def _channels() -> list[Mark]:
    """Return the marks of OpenAI's harmony format: every channel but the final one is thoughts."""
    ends = [_literal(MarkerKind.CLOSING, f"<|{name}|>") for name in ("end", "call", "return")]
    # The next header is left to be read.
    ends += [_header(name, MarkerKind.CLOSING) for name in ("start", "channel")]
    channel, message = _letters("<|channel|>"), _letters("<|message|>")
    lost = _literal(MarkerKind.CLOSING, "assistantfinal")
    return [
        mark(MarkerKind.DROP, *channel, *_letters("final"), "[^<]{0,99}", *message),
        mark(MarkerKind.THOUGHTS, *channel, "[^<]{0,99}", *message, closing=tuple(ends)),
        # Some servers lose the special tokens and keep the words between them.
        mark(MarkerKind.THOUGHTS, *_letters("analysis"), then=r"(?-i:[A-Z])", closing=(lost,)),
    ]


def _header(name: str, kind: MarkerKind) -> Mark:
    text = f"<|{name}|>"
    return Mark(kind, _compiled(f"(?={re.escape(text)})"), _literal(kind, text).part, "<")


def _turns() -> list[Mark]:
    return [
        mark(MarkerKind.DROP, *_letters(text), r"\s?", *_letters(role))
        for text in TURN_OPENINGS
        for role in ("assistant", "model")
    ]


THOUGHTS = _thoughts()
CLOSINGS = [close for one in THOUGHTS for close in one.closing if close.first in {"<", r"\[", "◁"}]
WRAPPERS = [
    _literal(MarkerKind.DROP, text)
    for text in ("<answer>", "</answer>", "<|begin_of_box|>", "<|end_of_box|>")
] + [_literal(MarkerKind.DROP, "[BEGIN FINAL RESPONSE]")]

# Before the first word of an answer.
LEADING = [
    *THOUGHTS,
    *_channels(),
    *(mark(MarkerKind.DROP, *_letters(f"<{name}"), r"\s?", "/", ">") for name in NAMES),
    *_turns(),
    *WRAPPERS,
    *(Mark(MarkerKind.DROP, one.whole, one.part, one.first) for one in CLOSINGS),
    *(mark(MarkerKind.DROP, *atoms) for atoms in SPECIAL_TOKENS),
]
# Within it.
WITHIN = [
    *CLOSINGS,
    *WRAPPERS,
    *(mark(MarkerKind.END, *atoms) for atoms in SPECIAL_TOKENS),
    _literal(MarkerKind.END, "[END FINAL RESPONSE]"),
    mark(MarkerKind.GLUED, *_letters("assistant"), r"\n", r"\n"),
]


def own_label(name: str) -> Mark:
    """Return the mark of a speaker who names themselves: "Nora: …", "**Nora:** …"."""
    return mark(
        MarkerKind.DROP, r"\*{0,2}", *_letters(name), r"\*{0,2}", ":", r"\*{0,2}", then=r"\s"
    )


def speakers(names: Sequence[str]) -> list[Mark]:
    """Return the marks of lines that others begin."""
    heading = mark(MarkerKind.SPEAKER, r"\n", r"\s{0,9}", *_letters("### Instruction:"))
    return [heading] + [
        mark(MarkerKind.SPEAKER, r"\n", r"[\s#*]{0,9}", *_letters(name), r"\*{0,2}", ":")
        for name in names
        if name
    ]
