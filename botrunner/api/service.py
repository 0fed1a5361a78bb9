"""The API under /api/v1: its addresses, and the page that describes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from asgiref.sync import async_to_sync
from csp.decorators import csp_replace
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja import NinjaAPI, Path, Status
from ninja.security.http import HttpAuthBase

from botrunner.api import doing
from botrunner.api.callers import ApiError, Caller, caller_of
from botrunner.api.errors import handle_errors
from botrunner.api.schemas import (
    CertificateOut,
    EraseIn,
    FactsOut,
    Failure,
    HealthOut,
    MemoryOut,
    PartOut,
    ProfileOut,
    RecalledOut,
    RecallIn,
    RecallOut,
    Remembered,
    RememberIn,
    SearchIn,
    SearchOut,
    TokenOut,
)
from memories.index.base import Entry
from memories.search import Filters, SearchQuery
from whisper import health
from whisper.http.page_headers import STYLED
from whisper.ids import snowflake
from whisper.tokens import TokenScope

FAULTS = dict.fromkeys((400, 401, 403, 404, 405, 413, 422, 429, 500, 503), Failure)
PersonId = Annotated[
    str,
    Path(
        pattern=r"^(me|[1-9][0-9]{0,18})$",
        description="A person's id; `me` for the person of the token.",
    ),
]
DESCRIPTION = (
    "Memories and profiles for other programs. Each request shows a token in the header "
    "`Authorization: Bearer …`. A token of an account also needs the header `X-Reason` where it "
    "reads or changes somebody's data; the action log keeps it."
)


class _Token(HttpAuthBase):
    """Finds out who asks; it never logs what was shown."""

    openapi_scheme = "bearer"

    def __call__(self, request: HttpRequest) -> Caller:
        return async_to_sync(caller_of)(
            request.headers.get("Authorization", ""),
            reason=request.headers.get("X-Reason", ""),
            address=str(request.META.get("REMOTE_ADDR") or ""),
        )


def _described(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Show the description to whoever is signed in; its page sets styles in place."""
    return login_required(csp_replace(STYLED)(view))


api = NinjaAPI(
    title="Whisper",
    version="1",
    description=DESCRIPTION,
    auth=_Token(),
    docs_decorator=_described,
    urls_namespace="api",
)
handle_errors(api)


def _caller(request: HttpRequest) -> Caller:
    found: Caller = request.auth  # type: ignore[attr-defined]
    return found


def _person(caller: Caller, named: str) -> int:
    """Return whom an address names.

    Raises:
        ApiError: nobody can have this id, or a token of an account has no person.
    """
    person_id = caller.token.person_id if named == "me" else snowflake(named)
    if person_id is None:
        raise ApiError(404, "nobody", "Nobody has this id.")
    return person_id


def _memory(entry: Entry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in MemoryOut.model_fields}


def _scored(entry: Entry, score: float) -> RecalledOut:
    return RecalledOut(**_memory(entry), score=score)


@api.get("/token", response={200: TokenOut, **FAULTS}, summary="The token that is shown")
def token(request: HttpRequest) -> TokenOut:
    """Return what the token may be used for, and until when."""
    shown = _caller(request).token
    person_id = None if shown.person_id is None else str(shown.person_id)
    return TokenOut(
        name=shown.name, scopes=shown.scopes, person_id=person_id, expires_at=shown.expires_at
    )


@api.get("/health", response={200: HealthOut, **FAULTS}, summary="How Whisper is")
def how_it_is(request: HttpRequest) -> HealthOut:
    """Return the health of each part."""
    _caller(request).require_scope(TokenScope.HEALTH)
    parts = async_to_sync(health.report)()
    checks = {name: PartOut(status=one.status, detail=one.detail) for name, one in parts.items()}
    return HealthOut(status=health.whole(parts).status, checks=checks)


@api.get(
    "/people/{person_id}/profile",
    response={200: ProfileOut, **FAULTS},
    summary="A person's profile",
)
def profile(request: HttpRequest, person_id: PersonId) -> ProfileOut:
    """Return who a person is to the companion. Scope: `profile.read`."""
    caller = _caller(request)
    known = async_to_sync(doing.profile_for)(caller, _person(caller, person_id))
    held = {name: getattr(known, name) for name in ProfileOut.model_fields}
    return ProfileOut(**held | {"person_id": str(known.person_id)})


@api.get("/people/{person_id}/facts", response={200: FactsOut, **FAULTS}, summary="Facts")
def facts(request: HttpRequest, person_id: PersonId) -> FactsOut:
    """Return the facts about a person that hold now. Scope: `memories.read`."""
    caller = _caller(request)
    found = async_to_sync(doing.facts_for)(caller, _person(caller, person_id), doing.MOST_FACTS)
    return FactsOut(facts=[MemoryOut(**_memory(one)) for one in found])


@api.post("/people/{person_id}/recall", response={200: RecallOut, **FAULTS}, summary="Recall")
def recall(request: HttpRequest, person_id: PersonId, given: RecallIn) -> RecallOut:
    """Return what a text brings to mind, as in direct messages. Scope: `memories.read`."""
    caller = _caller(request)
    whose = _person(caller, person_id)
    found = async_to_sync(doing.recall_for)(caller, whose, given.text, given.limit)
    return RecallOut(memories=[_scored(one.entry, one.score) for one in found])


@api.post("/people/{person_id}/search", response={200: SearchOut, **FAULTS}, summary="Search")
def search(request: HttpRequest, person_id: PersonId, given: SearchIn) -> SearchOut:
    """Search all that is remembered of a person, page by page. Scope: `memories.read`."""
    caller = _caller(request)
    filters = Filters(
        kind=given.kind or "", category=given.category, since=given.since, until=given.until
    )
    query = SearchQuery(given.text, given.mode, filters, given.as_of)
    page = async_to_sync(doing.search_for)(
        caller, _person(caller, person_id), query, size=given.size, cursor=given.cursor
    )
    found = [_scored(hit.entry, hit.score) for hit in page.hits]
    return SearchOut(memories=found, total=page.total, next=page.next_cursor)


@api.post(
    "/people/{person_id}/facts", response={201: Remembered, **FAULTS}, summary="Remember a fact"
)
def remember(request: HttpRequest, person_id: PersonId, given: RememberIn) -> Status[Remembered]:
    """Keep a fact that the person states about themself. Scope: `memories.write`."""
    caller = _caller(request)
    async_to_sync(doing.remember_for)(caller, _person(caller, person_id), given.text)
    return Status(201, Remembered(kept=True))


@api.post(
    "/people/{person_id}/export",
    response=FAULTS,
    summary="Export a person",
    openapi_extra={
        "responses": {
            200: {
                "description": "A zip of all tables as JSON and CSV.",
                "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
            }
        }
    },
)
def export(request: HttpRequest, person_id: PersonId) -> HttpResponse:
    """Return everything that is held about a person as a zip. Scope: `export`."""
    caller = _caller(request)
    archive = async_to_sync(doing.exported)(caller, _person(caller, person_id))
    headers = {"Content-Disposition": 'attachment; filename="whisper-export.zip"'}
    return HttpResponse(archive, content_type="application/zip", headers=headers)


@api.post(
    "/people/{person_id}/erase", response={200: CertificateOut, **FAULTS}, summary="Erase a person"
)
def erase(request: HttpRequest, person_id: PersonId, given: EraseIn) -> CertificateOut:
    """Erase everything that is held about a person, for good. Scope: `erase`."""
    caller = _caller(request)
    whose = _person(caller, person_id)
    if given.confirm != str(whose):
        raise ApiError(400, "not_confirmed", "`confirm` must be the id of the person.")
    done = async_to_sync(doing.erased)(caller, whose)
    return CertificateOut(
        person_id=str(whose), at=done.at, removed=dict(done.removed), left=dict(done.left)
    )
