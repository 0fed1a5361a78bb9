"""Who asks: a token, what it may do, and about whom."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from django.contrib.auth.models import User
from django.core.cache import caches

from whisper.accounts.reading import READ_PRIVATE
from whisper.action_log import Actor, log_each
from whisper.database.access import in_database
from whisper.environment import environment
from whisper.models import AccessToken
from whisper.redis.rates import count
from whisper.tokens import TokenScope
from whisper.tokens.actions import note_use
from whisper.tokens.queries import usable_token

SECONDS = 60
# Wrong tokens from one address in a minute. They can't be guessed; it keeps the database quiet.
WRONG_TOKENS = 20
LONGEST_REASON = 255


class ApiError(Exception):
    """Something can't be done; all of it may be shown to whoever asked.

    Args:
        status: of HTTP.
        code: names the kind of error, for programs.
    """

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever shows a token.

    Args:
        reason: why an account reads or changes somebody's data, in its words.
    """

    token: AccessToken
    reason: str = ""

    @property
    def account(self) -> User | None:
        """Return the account whose rights the token has; None if it acts for a person."""
        return self.token.account if self.token.person_id is None else None

    @property
    def actor(self) -> Actor:
        """Return who acts, for the action log."""
        if self.token.person_id is not None:
            return Actor.person(self.token.person_id)
        return Actor.admin(self.token.account_id)

    @property
    def why(self) -> str:
        """Return the reason for the action log; a person needs none, but sees which program."""
        program = f"by the token “{self.token.name}”"
        return f"{self.reason} ({program})" if self.reason else program

    def require_scope(self, scope: TokenScope) -> None:
        """Let pass a token that may be used for something.

        Raises:
            ApiError: it may not.
        """
        if scope.value not in self.token.scopes:
            raise ApiError(403, "scope_missing", f"This token lacks the scope {scope.value}.")

    async def require(self, scope: TokenScope, person_id: int, *rights: str) -> None:
        """Let pass who may do something with a person's data.

        Args:
            rights: what an account needs for it in the console, besides reading what is private.

        Raises:
            ApiError: they may not, or an account gave no reason.
        """
        self.require_scope(scope)
        if self.token.person_id is not None:
            if self.token.person_id != person_id:
                raise ApiError(403, "another_person", "This token acts for another person.")
            return
        if not await in_database(self._has_rights, rights):
            raise ApiError(403, "not_allowed", "The account of this token may not do this.")
        if not self.reason:
            raise ApiError(400, "reason_missing", "Say why in the header X-Reason.")

    def _has_rights(self, rights: tuple[str, ...]) -> bool:
        account = self.account
        if account is None or not account.is_staff:
            return False
        return account.has_perms((READ_PRIVATE, *rights))

    async def note_reading(self, person_id: int, what: str, rows: int = 1) -> None:
        """Log that a person's data was read, as the console does.

        What a person's own programs read is noted once a minute.
        """
        if not rows or (self.account is None and not self._is_first(what)):
            return
        note = partial(log_each, actor=self.actor, reason=self.why)
        await in_database(note, f"read.{what}", {person_id: rows})

    def _is_first(self, what: str) -> bool:
        """Return whether the token reads something for the first time in a while."""
        return bool(caches["rates"].add(f"read:{self.token.pk}:{what}", 1, SECONDS))


async def caller_of(authorization: str, *, reason: str = "", address: str = "") -> Caller:
    """Return who shows a token, and count that they asked.

    Args:
        authorization: the header: "Bearer whisper_…".
        reason: why an account asks.
        address: where the request comes from.

    Raises:
        ApiError: the token does not hold, or it was used too often.
    """
    kind, _, text = authorization.strip().partition(" ")
    found = None
    if kind.lower() == "bearer" and text:
        found = await in_database(usable_token, text.strip())
    if found is None:
        await _limit(f"api:wrong:{address}", WRONG_TOKENS)
        raise ApiError(401, "token_invalid", "Show a token that holds: Authorization: Bearer …")
    await _limit(f"api:token:{found.pk}", environment.api_requests_per_minute)
    await in_database(note_use, found)
    return Caller(found, " ".join(reason.split())[:LONGEST_REASON])


async def _limit(subject: str, most: int) -> None:
    if await count(subject, seconds=SECONDS) > most:
        raise ApiError(429, "too_many_requests", "Too many requests. Wait a minute.")
