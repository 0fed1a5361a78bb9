"""Hide from people what isn't the answer: thoughts, template leftovers, other voices."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum, auto

from botrunner.llm.base import TakenBack
from botrunner.llm.dialects.markers import (
    LEADING,
    THOUGHTS,
    WITHIN,
    Mark,
    MarkerKind,
    firsts,
    own_label,
    speakers,
)

ROLES = ("User", "Human")
OWN_ROLE = "Assistant"
QUOTES = tuple("`\"'“‘«„(")
SENTENCE_ENDS = tuple(".!?…。！？)”*")
FIRST_WITHIN = firsts([*WITHIN, *speakers(ROLES)])


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
        self.text = ""
        self.ended = False
        self._state = _State.LEADING
        self._held = ""
        self._half = ""
        self._closing: tuple[Mark, ...] = ()
        self._leading = [*LEADING, *(own_label(name) for name in {own_name, OWN_ROLE} if name)]
        self._speakers = speakers([*ROLES, *others])

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
        start, one, end = self._next_mark(final)
        if start:
            shown.append(self._held[:start])
            self.text += self._held[:start]
        self._held = self._held[end:]
        if one is None:
            return False
        if one.kind is MarkerKind.CLOSING:
            shown[:] = [TakenBack()]
            self.text, self._state = "", _State.LEADING
        self.ended = one.kind in {MarkerKind.END, MarkerKind.SPEAKER, MarkerKind.GLUED}
        return True

    def _next_mark(self, final: bool) -> tuple[int, Mark | None, int]:
        """Return where the first mark begins, the mark, and where it ends.

        Without one, begin and end are where text begins that has to wait.
        """
        for place in FIRST_WITHIN.finditer(self._held):
            start = place.start()
            for one in (*WITHIN, *self._speakers):
                found = one.whole.match(self._held, start)
                begun = not (found or final) and one.part.fullmatch(self._held, start)
                if not (found or begun):
                    continue
                before = self.text + self._held[:start]
                if not _may_stand(one, before):
                    continue
                if found is None:
                    return start, None, start
                counts = _counts(one, before, self._held[found.end() :], final)
                if counts is None:
                    return start, None, start
                if counts:
                    return start, one, found.end()
        return len(self._held), None, len(self._held)


def _may_stand(one: Mark, before: str) -> bool:
    """Return whether a mark can be meant as one after this text; in code or quotes it is not."""
    if before.count("`") % 2 or before.endswith(QUOTES):
        return False
    match one.kind:
        case MarkerKind.CLOSING:
            if not before.rstrip(" \t").endswith(("\n", *SENTENCE_ENDS)):
                return False
            # An answer that holds the opening mark is about such marks.
            return not any(thoughts.whole.search(before) for thoughts in THOUGHTS)
        case MarkerKind.SPEAKER:
            # After a colon it is a scene, a list or a letter that the person asked for.
            return not re.search(r":(\s|$)", before)
        case MarkerKind.GLUED:
            return before.endswith(SENTENCE_ENDS)
        case _:
            # In HTML it ends what is struck out.
            return not ("<s>" in before and one.whole.fullmatch("</s>"))


def _counts(one: Mark, before: str, after: str, final: bool) -> bool | None:
    """Return whether a mark is meant as one before this text; None if more of it decides."""
    match one.kind:
        case MarkerKind.CLOSING:
            if before.endswith("\n"):
                return True
            return None if not after and not final else after[:1] not in {"", " "}
        case MarkerKind.END if before.endswith(" ") and one.first == "<":
            # Between words it is spoken of.
            if not after.strip() and len(after) < 2 and not final:
                return None
            return not re.match(r" \w|[.,;:!?)]", after)
        case _:
            return True


def _storable(text: str) -> str:
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole.replace("\x00", "")
