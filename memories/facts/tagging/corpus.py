"""Sentences to train the tagger with, made by the thousand from written ones.

`sentences/templates.txt`, `registers.txt`, `talk.txt`, `passing.txt`, `said.txt`, `people.txt` and
`messages.txt` state facts, `nothing.txt` and `nothing_said.txt` none; `vocabulary.txt` fills them.
`(one|other)` stands for either, `{city=home}` for a word of the list "city" with the tag "home",
`[[retired=status]]` for words with a tag. A tag is a predicate; `+` says that it is somebody
else's, `-` that it is over; `S` marks whom it is about, `T` what a favourite is one of. Sections
group the lines; what people say most often stands in one that counts ten times.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from memories.facts.tagging.noise import CONNECTIONS, Part, noisy
from memories.facts.tagging.words import OUTSIDE, TAGS, Span, word_spans

SENTENCES = Path(__file__).parent / "sentences"
# Files of sentences that state facts: common ways to say them, and others.
COMMON, REGISTERS, TALK = "templates.txt", "registers.txt", "talk.txt"
PASSING, SAID, PEOPLE, MESSAGES = "passing.txt", "said.txt", "people.txt", "messages.txt"
STATING = (COMMON, REGISTERS, TALK, PASSING, SAID, PEOPLE)
# Files of sentences that state none.
NOTHING, NOTHING_SAID = "nothing.txt", "nothing_said.txt"
# Shares of messages that state nothing, and of those of several sentences, by which state a fact.
_NOTHING = 0.34
_SEVERAL = (
    ((True, False), 0.13),
    ((True, True), 0.16),
    ((True, False, False), 0.06),
    ((True, True, False), 0.06),
)
# Lists of proper names, and the share of names that are invented: what surrounds a name has to
# tell what it is, since no list holds all of them.
_INVENTED = frozenset({"first", "last", "pet", "city", "firm"})
_INVENTED_SHARE = 0.12
# Lists of what people like or not, and the share of words that come from another of them: “I love
# spiders” is as much a taste as “I hate” them.
_TASTES = ("like", "dislike", "favvalue", "artist")
_OTHER_TASTE_SHARE = 0.15
_ONSETS = [
    "b", "br", "c", "ch", "d", "dr", "f", "g", "gr", "h", "j", "k", "kh", "kr", "l", "m", "n", "ny",
    "p", "pr", "q", "r", "rh", "s", "sh", "st", "t", "th", "tr", "v", "w", "y", "z",
]  # fmt: skip
_VOWELS = ["a", "e", "i", "o", "u", "ae", "ai", "ee", "ia", "io", "oa", "ou", "á", "é", "í", "ö"]
_CODAS = ["n", "r", "l", "s", "m", "k", "t", "nd", "sk", "rt", "lm", "x", "ng", "sh", "tz"]

_CHOICE = re.compile(r"\(([^()]*\|[^()]*)\)")
_MARK = re.compile(r"\[\[(.*?)(?:=([a-zA-Z_]+[+-]*))?\]\]|\{(\w+)(?:=([a-zA-Z_]+[+-]*))?\}")
_LIST = re.compile(r"\{(\w+)\}")
_SPACE_BEFORE_SIGN = re.compile(r"\s+([,!?.])")
_TIMES = re.compile(r" x(\d+)$")
_END = re.compile(r"[+-]+$")


class TemplateError(ValueError):
    """A template names a list or a tag that does not exist."""


@dataclass(frozen=True, slots=True)
class Example:
    """A message with the right answer for each of its words.

    Args:
        words: where each word stands.
        tags: index in `TAGS` of each word.
        others, over: 1 or 0 for words with a tag, -1 for those without.
    """

    text: str
    words: list[Span]
    tags: list[int]
    others: list[int]
    over: list[int]


def examples(
    count: int,
    seed: int,
    files: Sequence[str] = STATING,
    empty: Sequence[str] = (NOTHING,),
) -> list[Example]:
    """Return messages made of the written sentences; the same for the same seed.

    Args:
        files: those of sentences that state facts.
        empty: those of sentences that state none.

    Raises:
        TemplateError: a sentence names a list or a tag that doesn't exist.
    """
    maker = _Maker(seed, files, empty)
    return [_example(maker.message()) for _ in range(count)]


def messages(count: int, seed: int) -> list[Example]:
    """Return messages made of all that is written, whole messages of imagined people included.

    Raises:
        TemplateError: a sentence names a list or a tag that doesn't exist.
    """
    return examples(count, seed, (*STATING, MESSAGES), (NOTHING, NOTHING_SAID))


class _Maker:
    def __init__(self, seed: int, files: Sequence[str], empty: Sequence[str]) -> None:
        self.random = random.Random(seed)
        self.lists = {
            name: "|".join(lines).split("|") for name, lines in _sections("vocabulary.txt").items()
        }
        self.facts = [line for file in files for line in _weighted(file)]
        self.nothing = [line for file in empty for line in _weighted(file)]

    def message(self) -> list[Part]:
        """Return one message: a sentence, or several."""
        first, *more = (self._sentence(side) for side in self._sides())
        for sentence in more:
            if first[-1] == (".", ""):
                first.pop()
            first += [(self.random.choice(CONNECTIONS), ""), *sentence]
        return first

    def _sides(self) -> list[list[str]]:
        """Return what each sentence of a message is drawn from."""
        facts, nothing = self.facts, self.nothing
        chance = self.random.random()
        if chance < _NOTHING:
            return [nothing]
        for sides, share in _SEVERAL:
            chance -= share
            if chance < _NOTHING:
                mixed = [facts if states else nothing for states in sides]
                self.random.shuffle(mixed)
                return mixed
        return [facts]

    def _sentence(self, templates: list[str]) -> list[Part]:
        return noisy(list(self._filled(self.random.choice(templates))), self.random)

    def _filled(self, template: str) -> Iterator[Part]:
        while choice := _CHOICE.search(template):
            chosen = self.random.choice(choice[1].split("|"))
            template = template[: choice.start()] + chosen + template[choice.end() :]
        line = _SPACE_BEFORE_SIGN.sub(r"\1", " ".join(template.split()))
        at = 0
        for mark in _MARK.finditer(line):
            yield line[at : mark.start()], ""
            if mark[1] is not None:
                yield _LIST.sub(lambda name: self._word(name[1]), mark[1]), mark[2] or ""
            else:
                yield self._word(mark[3]), mark[4] or ""
            at = mark.end()
        yield line[at:], ""

    def _word(self, name: str) -> str:
        if name not in self.lists:
            raise TemplateError(f"there is no list {name}")
        if name in _INVENTED and self.random.random() < _INVENTED_SHARE:
            return self._invented()
        if name in _TASTES and self.random.random() < _OTHER_TASTE_SHARE:
            name = self.random.choice(_TASTES)
        return self.random.choice(self.lists[name])

    def _invented(self) -> str:
        """Return a word that looks like a name: "Khelia", "Trondo"."""
        choose = self.random.choice
        syllables = [choose(_ONSETS) + choose(_VOWELS) for _ in range(self.random.randint(1, 3))]
        ending = choose(_CODAS) if len(syllables) == 1 or self.random.random() < 0.4 else ""
        return ("".join(syllables) + ending).capitalize()


def _weighted(name: str) -> list[str]:
    """Return all lines of a file; those of a section “plain x10” ten times."""
    lines = []
    for section, found in _sections(name).items():
        times = _TIMES.search(section)
        lines += found * (int(times[1]) if times else 1)
    return lines


def _sections(name: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in (SENTENCES / name).read_text("utf-8").splitlines():
        if line.startswith("== "):
            lines = found.setdefault(line[3:].strip(), [])
        elif line.strip() and not line.startswith("# "):
            lines.append(line)
    return found


def _example(parts: list[Part]) -> Example:
    text, marks = "", []
    for words, tag in parts:
        if tag:
            marks.append((len(text), len(text) + len(words), tag))
        text += words
    spans = word_spans(text)
    tags, others, over = [0] * len(spans), [-1] * len(spans), [-1] * len(spans)
    for start, end, tag in marks:
        kind, at = _END.sub("", tag), "B"
        for index, (first, last) in enumerate(spans):
            if start <= first and last <= end:
                tags[index] = _tag(f"{at}-{kind}")
                others[index], over[index] = int("+" in tag), int(tag.endswith("-"))
                at = "I"
    return Example(text, spans, tags, others, over)


def _tag(name: str) -> int:
    if name not in TAGS or name == OUTSIDE:
        raise TemplateError(f"there is no tag {name}")
    return TAGS.index(name)
