"""Show or remove the second factor of an account."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.core.management.base import CommandError, CommandParser

from whisper.accounts.actions import reset_second_factor
from whisper.action_log import command
from whisper.management.base import BaseCommand


class Command(BaseCommand):
    """Show or remove the second factor of an account, for example after its phone was lost.

    `show` lists what an account signs in with besides its password. `reset` removes all of it, the
    recovery codes too, and logs the account out everywhere; then its password alone signs in. It
    wants --reason, which the action log keeps. Make sure that whoever asks is who they say.
    """

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["show", "reset"], help="What to do.")
        parser.add_argument("username", help="The account's name.")
        parser.add_argument("--reason", default="", help="Why; the action log keeps it.")

    def handle(self, *, what: str, username: str, reason: str, **options: Any) -> None:
        account = User.objects.filter(username=username).first()
        if account is None:
            raise CommandError(f"There is no account {username!r}.")
        if what == "show":
            self._show(account)
        elif not reason.strip():
            raise CommandError("A reason is needed. Use --reason.")
        else:
            count = reset_second_factor(account, actor=command(), reason=reason.strip())
            self.stdout.write(f"Removed: {count}." if count else "The account has none.")

    def _show(self, account: User) -> None:
        held = Authenticator.objects.filter(user=account).order_by("created_at")
        for one in held:
            used = f"last used {one.last_used_at:%Y-%m-%d}" if one.last_used_at else "never used"
            self.stdout.write(f"{one.get_type_display()}, added {one.created_at:%Y-%m-%d}, {used}")
        if not held:
            self.stdout.write("The account has no second factor.")
