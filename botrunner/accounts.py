"""The people who run this companion themselves, at its terminal or in its console."""

from __future__ import annotations

from django.contrib.auth import get_user_model

from whisper.accounts.queries import lacks_required_factor
from whisper.ids import FIRST_OF_ACCOUNTS
from whisper.models import AccountPerson
from whisper.queries import account_of_session

# Logins that say nothing about the name of the person behind them.
NAMELESS = {"root", "admin", "user", "nobody", "ubuntu", "debian", "app", "whisper"}


def local_person_id(account_pk: int) -> int:
    """Return the person that a console account is.

    Accounts from before this range was reserved keep the person that they were.
    """
    known = AccountPerson.objects.filter(account_pk=account_pk).first()
    return FIRST_OF_ACCOUNTS + account_pk if known is None else known.person_id


def account_of(person_id: int) -> int | None:
    """Return the number of the console account that a person has, or had; None without one."""
    known = AccountPerson.objects.filter(person_id=person_id).first()
    if known is not None:
        return known.account_pk
    return person_id - FIRST_OF_ACCOUNTS if person_id > FIRST_OF_ACCOUNTS else None


def group_of_tabs(person_id: int) -> str:
    """Return the group of the channel layer in which a person's open chat pages hear of replies."""
    return f"chat-{person_id}"


def group_of_account(account_pk: int) -> str:
    """Return the group of the channel layer in which an account's sockets hear that it changed."""
    return f"account-{account_pk}"


def owner_person_id() -> int:
    """Return the person that the first admin is: who sits at the terminal unless told otherwise."""
    admin = get_user_model().objects.filter(is_superuser=True).order_by("pk").first()
    # The first account is most often made later, by whoever is here already.
    return local_person_id(admin.pk if admin else 1)


def is_account_of_somebody_else(person_id: int) -> bool:
    """Return whether a person is a console account other than that of whoever runs this."""
    return account_of(person_id) is not None and person_id != owner_person_id()


def name_of_login(login: str) -> str:
    """Return what to call who has a login, if it may be their name, else nothing."""
    return login.capitalize() if login.isalpha() and login.lower() not in NAMELESS else ""


def person_of_session(session_key: str | None) -> tuple[int, str] | None:
    """Return who is signed in by a session, and their name; None if nobody is any more."""
    account = account_of_session(session_key)
    if account is None or lacks_required_factor(account):
        return None
    return local_person_id(account.pk), account.get_full_name() or name_of_login(account.username)
