"""Hide from people what isn't the answer: thoughts, template leftovers, other voices."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import Enum, auto

from botrunner.llm.base import TakenBack
from botrunner.llm.dialects.markers import (
    LEADING,
    WITHIN,
    Candidates,
    Mark,
    MarkerKind,
    firsts,
    own_label,
    speakers,
)
from botrunner.llm.dialects.shown import Shown

ROLES = ("User", "Human")
OWN_ROLE = "Assistant"
QUOTES = tuple("`\"'“‘«„(")
SENTENCE_ENDS = tuple(".!?…。！？)”*")
FIRST_WITHIN = firsts([*WITHIN, *speakers(ROLES)])
# How many characters after a mark decide whether it is meant as one.
LOOK_AHEAD = 2
CANDIDATES = Candidates(WITHIN)


class _State(Enum):
    LEADING = auto()
    THINKING = auto()
    WITHIN = auto()


class VisibleText:
    """Turns the pieces of a stream into what a person may see of them.

    However a text is cut into pieces, the same of it is seen; only what may be the beginning of a
    mark waits for the next piece. Thoughts count where they lead the answer: later on they are
    something that the answer is about. White space before the answer goes, and so does what stores
    refuse (NUL, lone surrogates).

    Args:
        own_name: the companion's name; removed if the answer begins with it as a label.
        others: who else takes part; a line that one of them begins ends the answer.
    """

    def __init__(self, *, own_name: str = "", others: Sequence[str] = ()) -> None:
        self.ended = False
        self._seen = Shown()
        self._state = _State.LEADING
        self._held = ""
        self._half = ""
        self._closing: tuple[Mark, ...] = ()
        self._leading = [*LEADING, *(own_label(name) for name in {own_name, OWN_ROLE} if name)]
        self._speakers = Candidates(speakers([*ROLES, *others]))

    @property
    def text(self) -> str:
        """Return what people see by now."""
        return self._seen.text

    def feed(self, piece: str) -> list[str]:
        """Take a piece and return what can be shown by now.

        A `TakenBack` among it says that what was shown before turned out to be thoughts.
        """
        piece = self._half + piece
        self._half = piece[-1:] if "\ud800" <= piece[-1:] <= "\udbff" else ""
        self._held += _storable(piece[: len(piece) - len(self._half)])
        return self._advance(final=False)

    def finish(self) -> list[str]:
        """Return what was held back; thoughts without an end stay hidden."""
        self._held += _storable(self._half)
        self._half = ""
        return self._advance(final=True)

    @property
    def thinking(self) -> bool:
        """Return whether thoughts are still open."""
        return self._state is _State.THINKING

    def _advance(self, *, final: bool) -> list[str]:
        shown: list[str] = []
        while self._held and not self.ended and self._step(shown, final):
            pass
        return shown

    def _step(self, shown: list[str], final: bool) -> bool:
        """Take one mark, or the text before it; return whether there may be more to take."""
        match self._state:
            case _State.LEADING:
                return self._lead(final)
            case _State.THINKING:
                return self._think(final)
            case _State.WITHIN:
                return self._show(shown, final)

    def _lead(self, final: bool) -> bool:
        self._held = self._held.lstrip()
        for one in self._leading if self._held else ():
            if found := one.whole.match(self._held):
                self._held = self._held[found.end() :]
                if one.kind is MarkerKind.THOUGHTS:
                    self._state, self._closing = _State.THINKING, one.closing
                return True
            if not final and one.part.fullmatch(self._held):
                return False
        self._state = _State.WITHIN if self._held else _State.LEADING
        return bool(self._held)

    def _think(self, final: bool) -> bool:
        for place in firsts(self._closing).finditer(self._held):
            start = place.start()
            for one in self._closing:
                if found := one.whole.match(self._held, start):
                    self._held = self._held[found.end() :]
                    self._state = _State.LEADING
                    return True
                if not final and one.part.fullmatch(self._held, start):
                    self._held = self._held[start:]
                    return False
        self._held = ""
        return False

    def _show(self, shown: list[str], final: bool) -> bool:
        one, start, end = self._next_mark(final)
        if start:
            shown.append(self._held[:start])
        self._held = self._held[end:]
        if one is None:
            return False
        if one.kind is MarkerKind.CLOSING:
            shown[:] = [TakenBack()]
            self._seen, self._state = Shown(), _State.LEADING
        self.ended = one.kind in {MarkerKind.END, MarkerKind.SPEAKER, MarkerKind.GLUED}
        return True

    def _next_mark(self, final: bool) -> tuple[Mark | None, int, int]:
        """Pass the text before the first mark; return the mark, where it begins and where it ends.

        Without one, begin and end are where text begins that has to wait.
        """
        passed = 0
        for place in FIRST_WITHIN.finditer(self._held):
            start = place.start()
            for one, end in self._candidates(start, final):
                self._seen.add(self._held[passed:start])
                passed = start
                meant = self._is_meant(one, end, final)
                if meant:
                    return one, start, end
                if meant is None:
                    return None, start, start
        self._seen.add(self._held[passed:])
        return None, len(self._held), len(self._held)

    def _candidates(self, start: int, final: bool) -> Iterator[tuple[Mark, int]]:
        for candidates in (CANDIDATES, self._speakers):
            yield from candidates.at(self._held, start, final=final)

    def _is_meant(self, one: Mark, end: int, final: bool) -> bool | None:
        """Return whether a mark after what is shown is meant as one; None if more decides."""
        if not _may_stand(one, self._seen):
            return False
        after = self._held[end : end + LOOK_AHEAD]
        meant = _counts(one, self._seen, after, final) if end else None
        if meant is not False and one.kind is MarkerKind.CLOSING and self._seen.opens_thoughts():
            # An answer that holds the opening mark is about such marks.
            return False
        return meant


def _may_stand(one: Mark, before: Shown) -> bool:
    """Return whether a mark can be meant as one after this text; in code or quotes it is not."""
    if before.in_code or before.text.endswith(QUOTES):
        return False
    match one.kind:
        case MarkerKind.CLOSING:
            return before.last_word_end.endswith(("\n", *SENTENCE_ENDS))
        case MarkerKind.SPEAKER:
            return not before.announces()
        case MarkerKind.GLUED:
            return before.text.endswith(SENTENCE_ENDS)
        case _:
            # In HTML it ends what is struck out.
            return not (before.strikes_out() and one.whole.fullmatch("</s>"))


def _counts(one: Mark, before: Shown, after: str, final: bool) -> bool | None:
    """Return whether a mark is meant as one before this text; None if more of it decides."""
    match one.kind:
        case MarkerKind.CLOSING:
            if before.text.endswith("\n"):
                return True
            return None if not after and not final else after[:1] not in {"", " "}
        case MarkerKind.END if before.text.endswith(" ") and one.first == "<":
            # Between words it is spoken of.
            if not after.strip() and len(after) < LOOK_AHEAD and not final:
                return None
            return not re.match(r" \w|[.,;:!?)]", after)
        case _:
            return True


def _storable(text: str) -> str:
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole.replace("\x00", "")
