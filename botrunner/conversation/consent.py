"""The words that ask people for consent and tell them what is kept and where it can come up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from botrunner.conversation.base import Outgoing
from memories.models import Place, PlaceDecision
from memories.queries import latest_decisions
from profiles.models import Consent
from profiles.privacy import Way, ways_of
from profiles.queries import consent_of
from whisper.amounts import amount
from whisper.environment import environment
from whisper.retention import in_words

# Discord shows a line that begins so in small print.
SMALL = "-# "
QUESTION = (
    f"{SMALL}May I remember what you tell me? I'd keep your messages to me, facts you mention and "
    "how you felt, and use them only when we talk. You can change this at any time with /privacy."
)
NOTICE = (
    f"{SMALL}I remember what people tell me here: messages to me, facts and moods. Use /privacy "
    "to see or stop it."
)
KEPT = (
    "If you agree, I keep your messages to me and my replies, the facts you mention, how you felt, "
    "how close we are and how you write.\n"
    "`/memory show` shows what I remember, `/export` gives you all of it, `/forgetme` erases it. "
    "If you decline, I delete all of these but the messages, and stop using those."
)
RETENTION = (
    "If a channel or thread is deleted, or a server removes me, I erase what I kept from there "
    "{when}."
)
STATUS = {
    Consent.Status.GRANTED: "I remember what you tell me. You agreed on {date}{until}.",
    Consent.Status.NOTICED: "I remember what you tell me. I told you so on {date}.",
    Consent.Status.DENIED: "I don't remember what you tell me. You declined on {date}, so I "
    "deleted what I had learned from your messages, and I don't use the "
    "messages themselves.",
    Consent.Status.ASKED: "I don't remember what you tell me, because you haven't agreed yet.",
    Consent.Status.EXPIRED: "I no longer remember what you tell me, because your consent of "
    "{date} has expired. I won't use what I have unless you agree again.",
}
NEVER_ASKED = "I don't remember what you tell me, because you haven't been asked yet."
STOPPED = (
    "I've stopped remembering, and I've deleted what I learned from your messages: facts, moods, "
    "how close we are and how you write. I still have the messages themselves. I won't use them "
    "unless you agree again, and you can erase them now."
)
PLACES = {
    Place.DIRECT: "our direct messages",
    Place.PRIVATE_CHANNEL: "a private channel",
    Place.PUBLIC_CHANNEL: "a public channel",
    Place.IMPORT: "imported memories",
}
SHOWN_DECISIONS = 5


@dataclass(frozen=True, slots=True)
class Privacy:
    """What a person is shown on their privacy."""

    consent: Consent | None
    decisions: Sequence[PlaceDecision] = ()

    @property
    def remembers(self) -> bool:
        """Return whether what they say is kept."""
        return self.consent is not None and self.consent.allows_remembering

    @property
    def level(self) -> str:
        """Return the name of their level."""
        return self.consent.level if self.consent else Consent.Level.MODERATE.value

    @property
    def text(self) -> str:
        """Return all of it in words."""
        parts = [self.status, KEPT, retention(), self.ways]
        if self.decisions:
            parts.append("\n".join(["Lately:", *map(decision_line, self.decisions)]))
        return "\n\n".join(parts)

    @property
    def status(self) -> str:
        """Return where their consent stands, and since when."""
        if self.consent is None or self._never_asked(self.consent):
            return NEVER_ASKED
        since = self.consent.decided_at or self.consent.asked_at
        until = self.consent.valid_until
        return STATUS[self.consent.standing].format(
            date=f"{since:%d %B %Y}" if since else "an unknown date",
            until=f", until {until:%d %B %Y}" if until else "",
        )

    @staticmethod
    def _never_asked(consent: Consent) -> bool:
        return consent.status == Consent.Status.ASKED and consent.asked_at is None

    @property
    def ways(self) -> str:
        """Return how far what they say may travel."""
        opened = ways_of(self.consent)
        lines = [f"- {'yes' if way in opened else 'no'}: {way.meaning}" for way in Way]
        never = "What you say in a private channel never comes up in any other channel."
        return "\n".join([f"Your level is {self.level}:", *lines, never])


def retention() -> str:
    """Return how long what was said in a place outlives it, in words."""
    days = environment.removed_place_retention_days
    places = RETENTION.format(when=f"after {amount(days, 'day')}" if days else "at once")
    return f"{places} {in_words()}".strip()


def privacy_of(person_id: int) -> Privacy:
    """Return what a person is shown on their privacy."""
    return Privacy(consent_of(person_id), latest_decisions(person_id, limit=SHOWN_DECISIONS))


def decision_line(decision: PlaceDecision) -> str:
    """Return one line on what was told in another place, or held back."""
    verb = "told" if decision.allowed else "held back"
    there, here = PLACES[Place(decision.to_place)], PLACES[Place(decision.from_place)]
    return f"- {decision.decided_at:%d %b %Y}: {verb} in {there} something from {here}"


def note_of(reply: Outgoing) -> str:
    """Return what is said along with a reply; empty if there is nothing to say."""
    if reply.ask_consent:
        return QUESTION
    return NOTICE if reply.tell_notice else ""


def whole_of(reply: Outgoing) -> str:
    """Return a reply with what is said along with it."""
    note = note_of(reply)
    return f"{reply.text}\n\n{note}" if note else reply.text


def asks_consent(text: str) -> bool:
    """Return whether a whole reply ends with the question for consent."""
    return text.endswith(QUESTION)


def without_note(text: str) -> str:
    """Return a sent reply without what was said along with it."""
    return text.removesuffix(QUESTION).removesuffix(NOTICE).strip()
