"""Make a profile of what a reader found, and note what had to be repaired."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from profiles.legacy.records import OldMood, OldProfile, RawProfile
from profiles.legacy.times import to_utc
from profiles.models import LARGEST_ID, Emotion, Profile, Relationship
from whisper.ids import snowflake
from whisper.imports.report import ImportReport, Note

NAME_LENGTH = Profile._meta.get_field("name").max_length or 0
LARGEST_COUNT = 2**31 - 1
MOODS = "moods"
# The later PostgreSQL table numbers the levels.
LEVELS = dict(enumerate(Relationship, start=1))

_MENTION = re.compile(r"<@!?(\d+)>")
_Word = TypeVar("_Word", bound=StrEnum)


class RefusedError(Exception):
    """A row can't be taken; the text says why."""


def person_id_of(value: object) -> int:
    """Return a person's id from what stands for it: a number, digits, or a mention of them.

    Raises:
        RefusedError: it can't be a person's id.
    """
    if isinstance(value, str):
        text = value.strip()
        text = match[1] if (match := _MENTION.fullmatch(text)) else text
        if text.startswith("test_"):
            raise RefusedError("a test id, not a person's")
        value = snowflake(text)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= LARGEST_ID:
        raise RefusedError("not a person's id")
    return value


def skipped(store: str, key: str, why: str) -> Note:
    """Return a note on a row that is not taken; what is not an id may be a name."""
    is_id = (key.isascii() and key.isdigit()) or key.startswith("test_")
    return Note(store, key if is_id else "?", "skipped", why, "" if is_id else key)


def clean(value: Any) -> Any:
    """Return JSON that every store takes: without NUL, lone surrogates, and unreadable bytes."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, Mapping):
        return {clean(str(name)): clean(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [clean(one) for one in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if isinstance(value, bool | int | float) or value is None else clean(str(value))


class Repair:
    """Read one person's values, and note those that had to be repaired.

    Args:
        zone: of times that carry none.
    """

    def __init__(self, raw: RawProfile, report: ImportReport, zone: ZoneInfo) -> None:
        self.raw, self.report, self.zone = raw, report, zone
        self.key = str(raw.key)
        self.store = raw.store
        self.unknown_words: dict[str, str] = {}
        self.repaired = 0

    def profile(self) -> OldProfile:
        """Return the person.

        Raises:
            RefusedError: it can't be a person's id.
        """
        person_id = person_id_of(self.raw.key)
        fields = self.raw.fields
        moods = self._moods()
        self.store, self.key = self.raw.store, str(self.raw.key)
        self.repaired = 0
        first, last = self._interactions(moods)
        profile = OldProfile(
            store=self.raw.store,
            person_id=person_id,
            name=self._name(fields.get("name")),
            relationship_level=self._level(fields.get("relationship_level")),
            current_emotion=self._word("current_emotion", Emotion, Emotion.NEUTRAL, fields),
            interaction_count=self._count("interaction_count"),
            first_interaction=first,
            last_interaction=last,
            escalation_count=self._count("escalation_count"),
            trust_indicators=self._texts("trust_indicators", fields),
            archived=bool(fields.get("archived")),
            preferences=self._preferences(),
            unknown_words=self.unknown_words,
            moods=moods,
        )
        if self.repaired:
            self.report.count(self.raw.store, "repaired")
        return profile

    def _note(self, why: str, value: object = "") -> None:
        self.repaired += 1
        self.report.note(Note(self.store, self.key, "repaired", why, str(value)[:200]))

    def _moods(self) -> tuple[OldMood, ...]:
        rows = self._json("emotion_history", self.raw.moods)
        if not isinstance(rows, list | None):
            self._note("emotion_history isn't a list, left out", rows)
        moods = []
        self.store = MOODS
        for number, row in enumerate(rows if isinstance(rows, list) else []):
            fields = row if isinstance(row, dict) else {}
            self.key = f"{self.raw.key} #{fields.get('id', number)}"
            self.repaired = 0
            mood = self._mood(fields)
            if mood is None:
                self.report.count(MOODS, "skipped")
                continue
            if self.repaired:
                self.report.count(MOODS, "repaired")
            moods.append(mood)
        return tuple(sorted(moods, key=lambda mood: mood.at))

    def _mood(self, fields: Mapping[str, Any]) -> OldMood | None:
        at = self._time("timestamp", fields)
        if at is None:
            self.report.note(Note(MOODS, self.key, "skipped", "it has no time"))
            return None
        where = f"{MOODS} {at.isoformat()}"
        # The later PostgreSQL table calls the word by another name.
        fields = {"detected_emotion": fields.get("emotion"), **fields}
        emotion = self._word("detected_emotion", Emotion, Emotion.NEUTRAL, fields, where)
        return OldMood(
            emotion=emotion,
            confidence=self._fraction("confidence", fields),
            intensity=self._fraction("intensity", fields),
            triggers=self._texts("triggers", fields),
            at=at,
        )

    def _interactions(self, moods: Sequence[OldMood]) -> tuple[datetime | None, datetime | None]:
        first = self._time("first_interaction", self.raw.fields)
        last = self._time("last_interaction", self.raw.fields)
        if first is None and (moods or last):
            first = moods[0].at if moods else last
            self._note(
                "first_interaction is missing, taken from the oldest mood or the last conversation"
            )
        if first and last and first > last:
            self._note("first_interaction is after last_interaction: swapped")
            first, last = last, first
        return first, last

    def _time(self, name: str, fields: Mapping[str, Any]) -> datetime | None:
        value = fields.get(name)
        moment, why = to_utc(value, self.zone)
        if why:
            self._note(f"{name} is {why}", value)
        return moment

    def _name(self, value: object) -> str:
        if value is None:
            return ""
        if not isinstance(value, str):
            self._note("name isn't text", value)
            return ""
        name: str = clean(value).strip()
        if len(name) > NAME_LENGTH:
            self._note(f"name is longer than {NAME_LENGTH} characters", value)
        return name[:NAME_LENGTH]

    def _level(self, value: object) -> Relationship:
        number = int(value) if isinstance(value, str) and value.isdecimal() else value
        if isinstance(number, int) and number in LEVELS:
            return LEVELS[number]
        fields = self.raw.fields
        return self._word("relationship_level", Relationship, Relationship.STRANGER, fields)

    def _word(
        self,
        name: str,
        words: type[_Word],
        default: _Word,
        fields: Mapping[str, Any],
        where: str = "",
    ) -> _Word:
        """Return one of the known words; any other is kept as text and taken as the default."""
        value = fields.get(name)
        text = clean(str(value)).strip().lower() if value is not None else ""
        try:
            return words(text)
        except ValueError:
            if text:
                self.unknown_words[where or name] = clean(str(value))[:200]
            why = "not a known word" if text else "missing"
            self._note(f"{name} is {why}, read as {default}", text)
            return default

    def _count(self, name: str) -> int:
        value = self.raw.fields.get(name)
        number = self._number(value)
        count = min(max(int(number), 0), LARGEST_COUNT) if number is not None else 0
        if count != value:
            self._note(f"{name} isn't a whole number of 0 or more, read as the nearest", value)
        return count

    def _fraction(self, name: str, fields: Mapping[str, Any]) -> float:
        value = fields.get(name)
        number = self._number(value)
        fraction = min(max(number, 0.0), 1.0) if number is not None else 0.0
        if fraction != value:
            self._note(f"{name} isn't a number from 0 to 1, read as the nearest", value)
        return fraction

    @staticmethod
    def _number(value: object) -> float | None:
        try:
            number = float(value) if isinstance(value, str | int | float) else math.nan
        except (ValueError, OverflowError):
            return None
        return number if math.isfinite(number) else None

    def _texts(self, name: str, fields: Mapping[str, Any]) -> tuple[str, ...]:
        """Return a list of texts, which may be JSON text; no value is an empty one."""
        value = self._json(name, fields.get(name))
        if value is None:
            return ()
        if not isinstance(value, list):
            self._note(f"{name} isn't a list, read as an empty one", value)
            return ()
        texts = [one for one in value if isinstance(one, str)]
        if len(texts) != len(value):
            self._note(f"{name} contains something other than text, left out", value)
        return tuple(clean(texts))

    def _json(self, name: str, value: object) -> Any:
        if value is None or value == "":
            return None
        if not isinstance(value, str | bytes):
            return value
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            self._note(f"{name} isn't valid JSON, read as empty", value)
            return None

    def _preferences(self) -> dict[str, Any]:
        """Return what is kept as text: likes and dislikes, and guesses at who the person is."""
        kept = self._object("preferences")
        info = self._object("personal_info")
        return kept | ({"personal_info": info} if info else {})

    def _object(self, name: str) -> dict[str, Any]:
        value = self._json(name, self.raw.fields.get(name))
        if isinstance(value, Mapping):
            return dict(clean(value))
        if value is not None:
            self._note(f"{name} isn't a JSON object, left out", value)
        return {}
