"""Open sockets learn at once, in whichever process, that their session may be over.

They also check by themselves, every few seconds and at each message, in case they don't hear of it.
"""

from __future__ import annotations

import logging
from functools import partial
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.contrib.auth import SESSION_KEY, get_user_model
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models.signals import m2m_changed, post_delete, post_save

from botrunner.accounts import group_of_account, group_of_tabs, local_person_id

logger = logging.getLogger(__name__)


def connect() -> None:
    """Follow what ends sessions, or takes rights from them.

    That is a logout, an erasure, or an account that is changed, inactive or deleted.
    """
    post_delete.connect(_session_ended, sender=Session)
    post_save.connect(_account_changed, sender=get_user_model())
    post_delete.connect(_account_changed, sender=get_user_model())
    for rights in (User.groups.through, User.user_permissions.through):
        m2m_changed.connect(_rights_changed, sender=rights)


# In another database, such as that of a restore, nobody has signed in here.


def _session_ended(instance: Session, using: str, **kwargs: Any) -> None:
    account = instance.get_decoded().get(SESSION_KEY)
    if account is not None and using == DEFAULT_DB_ALIAS:
        _check_sockets_of(int(account))


def _account_changed(instance: Any, using: str, created: bool = False, **kwargs: Any) -> None:
    if not created and using == DEFAULT_DB_ALIAS:
        _check_sockets_of(instance.pk)


def _rights_changed(instance: Any, action: str, using: str, **kwargs: Any) -> None:
    done = action.startswith("post_") and isinstance(instance, User)
    if done and using == DEFAULT_DB_ALIAS:
        _check_sockets_of(instance.pk)


def _check_sockets_of(account_pk: int) -> None:
    for group, kind in (
        (group_of_tabs(local_person_id(account_pk)), "chat.check"),
        (group_of_account(account_pk), "account.check"),
    ):
        transaction.on_commit(partial(_send_check, group, kind), robust=True)


def _send_check(group: str, kind: str) -> None:
    try:
        async_to_sync(get_channel_layer().group_send)(group, {"type": kind})
    except Exception as error:
        # What ended the session must not fail for this; the sockets find out by themselves.
        logger.warning("web: sockets were not told to check (%s)", type(error).__name__)
