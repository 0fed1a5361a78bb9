"""The words in which people are asked and told what is kept of them."""

from __future__ import annotations

from botrunner.surfaces.base import Outgoing
from profiles.models import Consent

# Discord shows a line that begins so in small print.
SMALL = "-# "
QUESTION = (
    f"{SMALL}May I remember what you tell me? I would keep your messages to me, facts you mention "
    "and how you felt, and use them in our talks alone. /privacy changes that at any time."
)
NOTICE = (
    f"{SMALL}I remember what people tell me here: messages to me, facts and moods. "
    "/privacy shows that and stops it."
)
KEPT = (
    "What I keep of people who agree: their messages to me and my answers, what I remember of "
    "them, facts they mention, and how they felt. What you tell me in direct messages stays there; "
    "what you tell me in a private channel stays in it.\n"
    "`/memory show` shows what I remember, `/export` gives you all of it, `/forgetme` erases it."
)
STATUS = {
    Consent.Status.GRANTED: "I remember what you tell me, as you allowed on {date}.",
    Consent.Status.NOTICED: "I remember what you tell me, as I told you on {date}.",
    Consent.Status.DENIED: "I don't remember what you tell me, as you wished on {date}.",
    Consent.Status.ASKED: "I don't remember what you tell me: you haven't answered yet.",
}
NEVER_ASKED = "I don't remember what you tell me: you were never asked."


def note_of(reply: Outgoing) -> str:
    """Return what is said along with a reply; empty where there is nothing to say."""
    if reply.ask_consent:
        return QUESTION
    return NOTICE if reply.tell_notice else ""


def without_note(text: str) -> str:
    """Return a sent reply without what was said along with it."""
    return text.removesuffix(QUESTION).removesuffix(NOTICE).strip()


def status_text(consent: Consent | None) -> str:
    """Return where a person's consent stands, and what it means."""
    if consent is None:
        return f"{NEVER_ASKED}\n\n{KEPT}"
    since = consent.decided_at or consent.asked_at
    line = STATUS[Consent.Status(consent.status)].format(date=f"{since:%d %B %Y}" if since else "")
    return f"{line}\n\n{KEPT}"
