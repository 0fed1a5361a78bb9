"""What is held of a person here: copies of recent messages, and the account of whoever runs it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from allauth.mfa.models import Authenticator
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.db import transaction

from botrunner.accounts import account_of
from botrunner.conversation.handlers import RELATE
from botrunner.history import conversation_cache
from botrunner.history.handlers import MEND_CACHE, WITHDRAW
from profiles.actions import withdraw_from_console_log
from profiles.queries import erased_extent
from whisper import outbox
from whisper.actions import drop_name, end_sessions
from whisper.database.access import in_database
from whisper.environment import environment
from whisper.personal_data.registry import Holder, Rows, table
from whisper.personal_data.withdrawing import Withdrawal
from whisper.queries import sessions_of
from whisper.tokens.actions import forget_tokens
from whisper.tokens.queries import tokens_about


def export_path(person_id: int) -> Path:
    """Return the file that a person's export is written to at the terminal."""
    return environment.whisper_data_dir / f"export-{person_id}.zip"


def typed_path(person_id: int) -> Path:
    """Return the file of what a person typed at the terminal, for the up arrow."""
    return environment.whisper_data_dir / f"terminal_history-{person_id}"


def forget_typed(person_id: int) -> None:
    """Remove what a person typed at the terminal, also before each had a file of their own."""
    for file in (typed_path(person_id), environment.whisper_data_dir / "terminal_history"):
        file.unlink(missing_ok=True)


async def export(person_id: int) -> dict[str, Rows]:
    """Return nothing: what the cache holds is in Discord, or in the database as well."""
    return {}


async def erase(person_id: int, before: datetime | None) -> dict[str, int]:
    """Drop the person's messages, the answers to them, and an export that was written to a file."""
    await conversation_cache().forget(person_id)
    export_path(person_id).unlink(missing_ok=True)
    forget_typed(person_id)
    return {}


def withdraw(withdrawal: Withdrawal) -> None:
    """Drop copies of a message's old words, and what quotes them; look at its new ones again."""
    transaction.on_commit(lambda: export_path(withdrawal.person_id).unlink(missing_ok=True))
    payload = {"message": str(withdrawal.message_pk)}
    outbox.enqueue(MEND_CACHE, payload, person_id=withdrawal.person_id)
    if not (withdrawal.is_deletion or withdrawal.from_companion):
        outbox.enqueue(RELATE, payload, person_id=withdrawal.person_id)


def _withdraw_later(person_id: int) -> None:
    """Have the worker drop from Redis what a person said who no longer agrees."""
    outbox.enqueue(WITHDRAW, {"person": str(person_id)}, person_id=person_id)


HOLDER = Holder(
    "conversation cache",
    export,
    erase,
    drop_derived=_withdraw_later,
    holds=("redis history",),
    withdraw=withdraw,
    from_messages=("redis history",),
    impersonal={
        "botrunner.Server": "what admins set for a server",
        "botrunner.ServerDay": "how much was replied on a server on a day",
        "botrunner.TalkSetting": "where admins want the companion to be silent",
        "botrunner.Persona": "who the companion is, as admins wrote it",
        "botrunner.PersonaVersion": "the same",
        "botrunner.PersonaChoice": "which of them a server or channel has",
        "redis claim": "a token, for seconds",
        "redis turn": "a lock for as long as an answer takes, with ids in its name",
        "redis rate": "how many messages of a minute, with an id in its name, for a minute",
        "redis pace": "when Discord may be called next",
        "redis fence": "a number",
        "redis probe": "the number of a process",
        "redis cache": "codes of second factors that were used or tried, by account, for a day; "
        "words that an admin looked for, for 15 minutes",
        "redis layer": "nothing of people is sent there",
    },
)


async def export_account(person_id: int) -> dict[str, Rows]:
    """Return the console account of who runs the companion themselves, and what they did there."""
    return await in_database(_export_account, person_id)


async def erase_account(person_id: int, before: datetime | None) -> dict[str, int]:
    """Take the person's names out of their account and log it out.

    It stays, with the name and password that it logs in with, being the way into the console.
    """
    return await in_database(_erase_account, person_id, before)


ACCOUNT_HOLDER = Holder(
    "console accounts",
    export_account,
    erase_account,
    holds=(
        "auth.User",
        "mfa.Authenticator",
        "admin.LogEntry",
        "sessions.Session",
        "whisper.AccountPerson",
        "whisper.AccessToken",
    ),
    # The way into the console, with what was done there.
    stays=("account", "second factors", "console log"),
    withdraw=withdraw_from_console_log,
    from_messages=("admin.LogEntry",),
    wordless={
        "auth.User": "names of the account's owner, which they entered themselves",
        "mfa.Authenticator": "keys of authenticators, and names of passkeys",
        "sessions.Session": "who is logged in",
        "whisper.AccountPerson": "which person an account is",
        "whisper.AccessToken": "what a program may do for them",
    },
    impersonal={
        "auth.Group": "rights",
        "auth.Permission": "rights",
        "auth.Group_permissions": "rights",
        "auth.User_groups": "rights of an account",
        "auth.User_user_permissions": "rights of an account",
        "account.EmailAddress": "empty: no address is verified",
        "account.EmailConfirmation": "empty: no address is verified",
        "socialaccount.SocialAccount": "empty: an account's name says whose it is at Discord",
        "socialaccount.SocialApp": "empty: the application at Discord is in the settings",
        "socialaccount.SocialToken": "empty: tokens of Discord are not kept",
        "contenttypes.ContentType": "names of tables",
        "whisper.CopyCheckpoint": "how far a table was copied",
        "whisper.PeriodicJob": "when jobs are due, and how they went",
        "whisper.Heartbeat": "which processes run",
        "whisper.DailyCount": "how many reads of a cache hit on a day",
        "whisper.OutboxClaim": "which worker has which batch in hand",
    },
)


def _export_account(person_id: int) -> dict[str, Rows]:
    account = account_of(person_id)
    held = ("name", "beginning", "scopes", "created_at", "expires_at", "last_used_at", "revoked_at")
    tokens = {"tokens": table(tokens_about(person_id, account), *held)}
    if account is None:
        return tokens
    names = ("username", "first_name", "last_name", "email", "date_joined", "last_login")
    done = LogEntry.objects.filter(user_id=account).order_by("action_time")
    factors = Authenticator.objects.filter(user_id=account).order_by("created_at")
    sessions = Session.objects.filter(pk__in=sessions_of(account))
    return tokens | {
        "account": table(get_user_model()._default_manager.filter(pk=account), *names),
        # Without their keys: whoever has those can sign in.
        "second factors": [
            {"name": str(one), **row}
            for one, row in zip(
                factors, table(factors, "type", "created_at", "last_used_at"), strict=True
            )
        ],
        "console log": table(done, "action_time", "object_repr", "change_message"),
        "sessions": table(sessions, "expire_date"),
    }


def _erase_account(person_id: int, before: datetime | None) -> dict[str, int]:
    account = account_of(person_id)
    again = before is not None and not erased_extent(person_id, erasure=before).is_everything
    tokens = {"tokens": forget_tokens(person_id, account, before if again else None)}
    if account is None:
        return tokens
    if before is None:
        drop_name(account)
        return tokens | {"console sessions": end_sessions(account)}
    if not again:
        drop_name(account)
    return tokens
