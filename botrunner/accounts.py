"""The people who run this companion themselves, at its terminal or in its console."""

from __future__ import annotations

from django.contrib.auth import get_user_model

FIRST_LOCAL_ID = 1


def local_person_id(account_pk: int) -> int:
    """Return the person that a console account is; Discord's ids are far larger numbers."""
    return account_pk


def account_of(person_id: int) -> int:
    """Return the number of the console account that a person has where they have one."""
    return person_id


def owner_person_id() -> int:
    """Return the person that the first admin is: who sits at the terminal unless told otherwise."""
    admin = get_user_model().objects.filter(is_superuser=True).order_by("pk").first()
    return local_person_id(admin.pk) if admin else FIRST_LOCAL_ID
