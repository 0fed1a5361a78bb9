"""Read one answer to its end."""

from __future__ import annotations

from typing import Any

from botrunner.llm.base import ModelError, TakenBack
from botrunner.llm.dialects.visible import VisibleText
from botrunner.llm.dialects.wire import ending_of, has_thoughts, text_of

CUT = {
    "length": "the answer did not fit its limit of tokens",
    "content_filter": "the server withheld the answer",
}
ONLY_THOUGHTS = "the model thought and said nothing"
NOTHING = "the answer is empty"
# More than a token ever has on average, in any language: a server that writes more than it was
# asked for doesn't stop by itself.
CHARACTERS_A_TOKEN = 8


class EmptyAnswerError(ModelError):
    """The server ended an answer in order that holds nothing, not even thoughts."""


class Reading:
    """Collects what an answer's parts show.

    Args:
        visible: the text that a person may see.
        tokens: how many the server was asked for; far more are not read.
        patient: nothing is shown before the thoughts have ended, whose beginning is not marked.
    """

    def __init__(self, visible: VisibleText, *, tokens: int, patient: bool) -> None:
        self._visible = visible
        self._room = tokens * CHARACTERS_A_TOKEN
        self._waiting = patient
        self._waits: list[str] = []
        self._thoughts = False
        self._ending: str | None = None
        self.begun = False
        self.opened_unseen = False

    def take(self, part: dict[str, Any]) -> list[str]:
        """Return what can be shown now that a part has come."""
        text = text_of(part)
        self.begun = self.begun or bool(text)
        self._thoughts = self._thoughts or has_thoughts(part)
        self._room -= len(text)
        self._ending = "length" if self._too_long else ending_of(part) or self._ending
        return self._shown(self._visible.feed(text))

    @property
    def over(self) -> bool:
        """Return whether the rest of the stream is not part of the answer."""
        return self._visible.ended or self._too_long

    @property
    def _too_long(self) -> bool:
        return self._room < 0

    @property
    def cut(self) -> str:
        """Return why the answer is not whole, a key of `CUT`; else nothing."""
        return self._ending if self._ending in CUT and not self._visible.ended else ""

    def end(self, *, whole: bool) -> list[str]:
        """Return what waited for the end.

        Args:
            whole: whether the server said that it was all.

        Raises:
            ModelError: the answer is empty or broke off.
        """
        in_order = whole or self.over or self._ending is not None
        if self.begun and (not in_order or self._ending == "error"):
            raise ModelError("the answer was cut")
        shown = self._shown(self._visible.finish())
        # Cut amid thoughts whose beginning and end are not marked.
        if not self._waiting or not self.cut:
            shown += self._waits
        if not self._visible.text or (self._waiting and self.cut):
            raise self._why_empty()
        return shown

    def _shown(self, pieces: list[str]) -> list[str]:
        self.opened_unseen = self.opened_unseen or any(isinstance(one, TakenBack) for one in pieces)
        if not self._waiting:
            return pieces
        if self.opened_unseen:
            # Nothing was shown that has to be taken back.
            self._waiting, self._waits = False, []
            return [one for one in pieces if not isinstance(one, TakenBack)]
        self._waits += pieces
        return []

    def _why_empty(self) -> ModelError:
        if self._ending in CUT:
            return ModelError(CUT[self._ending])
        if self._thoughts or self._visible.thinking:
            return ModelError(ONLY_THOUGHTS)
        return EmptyAnswerError(NOTHING)
