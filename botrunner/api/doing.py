"""What a caller can have done, each with the access rule, the reason and the line in the log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.utils import timezone

from botrunner.api.callers import ApiError, Caller
from botrunner.conversation.telling import NotToldError, tell
from memories.access import Scope
from memories.facts.storing import Source
from memories.index.base import Entry
from memories.models import Place
from memories.queries import known_facts
from memories.recall import Recalled, recall
from memories.search import Console, InvalidSearchError, Page, SearchQuery, search
from memories.search.scopes import Asker
from profiles.models import Profile
from profiles.preferences import preferences_of
from profiles.privacy import ways_of
from profiles.queries import consent_of, profile_of
from whisper.database.access import in_database
from whisper.personal_data.actions import Certificate, erase_for, export_for
from whisper.tokens import TokenScope

MOST_FACTS = 500
MEMORIES, PROFILES, ACT = (
    "memories.view_memory",
    "profiles.view_profile",
    "whisper.act_for_person",
)
NOT_AGREED = "This person doesn't want to be remembered, or wasn't asked yet."


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of how a person is, for themself.

    Args:
        remembered: whether they agree that what they say is kept.
        level: how far what they say may travel.
    """

    person_id: int
    name: str
    relationship: str
    mood: str
    moods_lately: str
    preferences: Mapping[str, str]
    first_interaction: datetime | None
    last_interaction: datetime | None
    remembered: bool
    level: str


async def recall_for(caller: Caller, person_id: int, text: str, limit: int) -> Sequence[Recalled]:
    """Return what a text brings to mind of a person who is alone with the companion."""
    await caller.require(TokenScope.READ_MEMORIES, person_id, MEMORIES)
    scope = await in_database(_scope, person_id)
    found = [] if scope is None else await recall(text, scope, k=limit)
    await caller.note_reading(person_id, "recall", len(found))
    return found


async def facts_for(caller: Caller, person_id: int, limit: int) -> Sequence[Entry]:
    """Return the facts about a person that may be told where they are alone."""
    await caller.require(TokenScope.READ_MEMORIES, person_id, MEMORIES)
    facts = await in_database(_facts, person_id, limit)
    await caller.note_reading(person_id, "facts", len(facts))
    return facts


async def search_for(
    caller: Caller, person_id: int, query: SearchQuery, *, size: int, cursor: str | None
) -> Page:
    """Return a page of all that is remembered of a person.

    Raises:
        ApiError: they may not, or the query can't be searched.
    """
    await caller.require(TokenScope.READ_MEMORIES, person_id, MEMORIES)
    account = caller.account
    # What is hidden is for admins alone.
    asker: Asker = Console(account.pk, person_id) if account else Scope.access(person_id)
    try:
        page = await search(query, asker, size=size, cursor=cursor)
    except InvalidSearchError as error:
        raise ApiError(400, "search_invalid", str(error)) from error
    own = [hit for hit in page.hits if hit.entry.person_id == person_id]
    await caller.note_reading(person_id, "search", len(own))
    return page


async def profile_for(caller: Caller, person_id: int) -> Known:
    """Return who a person is to the companion.

    Raises:
        ApiError: the caller may not read it, or nothing is held.
    """
    await caller.require(TokenScope.READ_PROFILE, person_id, PROFILES)
    known = await in_database(_known, person_id)
    if known is None:
        raise ApiError(404, "nobody", "Nothing is held about this person.")
    await caller.note_reading(person_id, "profile")
    return known


async def remember_for(caller: Caller, person_id: int, text: str) -> None:
    """Keep something that a person has another program remember for them.

    Raises:
        ApiError: nobody may tell something in another's name, or it can't be kept.
    """
    caller.require_scope(TokenScope.WRITE_MEMORIES)
    if caller.token.person_id != person_id:
        raise ApiError(403, "another_person", "Only a person's own token can remember for them.")
    digest = sha256(text.encode()).hexdigest()[:32]
    source = Source(
        person_id=person_id,
        place=Place.DIRECT,
        said_at=timezone.now(),
        speaker=await in_database(_name, person_id),
        # A program may send it twice.
        origin=f"token:{caller.token.pk}:{digest}",
        channel_id=person_id,
    )
    try:
        kept = await tell(source, text, reason=caller.why)
    except NotToldError as error:
        raise ApiError(400, "not_kept", str(error)) from error
    if not kept:
        raise ApiError(403, "not_agreed", NOT_AGREED)


async def exported(caller: Caller, person_id: int) -> bytes:
    """Return everything held about a person as a zip."""
    await caller.require(TokenScope.EXPORT, person_id, ACT)
    return await export_for(person_id, actor=caller.actor, reason=caller.why)


async def erased(caller: Caller, person_id: int) -> Certificate:
    """Erase everything held about a person; a token of theirs goes with it."""
    await caller.require(TokenScope.ERASE, person_id, ACT)
    return await erase_for(person_id, actor=caller.actor, reason=caller.why)


def _scope(person_id: int) -> Scope | None:
    """Return where somebody is alone with the companion; None if nothing of theirs may be used."""
    consent = consent_of(person_id)
    if consent is None or not consent.allows_remembering:
        return None
    return Scope.direct(person_id, ways_of(consent))


def _facts(person_id: int, limit: int) -> Sequence[Entry]:
    scope = _scope(person_id)
    return [] if scope is None else known_facts(scope, limit=limit)


def _known(person_id: int) -> Known | None:
    profile, consent = profile_of(person_id), consent_of(person_id)
    if profile is None and consent is None:
        return None
    shown = profile or Profile(person_id=person_id)
    return Known(
        person_id=person_id,
        name=shown.address_name,
        relationship=shown.relationship_level,
        mood=shown.current_emotion,
        moods_lately=str(shown.emotion_state.get("summary") or ""),
        preferences=preferences_of(shown),
        first_interaction=shown.first_interaction,
        last_interaction=shown.last_interaction,
        remembered=consent is not None and consent.allows_remembering,
        level=consent.level if consent is not None else "",
    )


def _name(person_id: int) -> str:
    profile = profile_of(person_id)
    return profile.address_name if profile is not None else ""
