"""Make, list and revoke tokens of other programs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import CommandError, CommandParser

from whisper.action_log import command
from whisper.ids import snowflake
from whisper.management.base import BaseCommand
from whisper.models import AccessToken
from whisper.tokens import TokenScope
from whisper.tokens.actions import TokenError, create_token, revoke_token

READING = [TokenScope.READ_MEMORIES.value, TokenScope.READ_PROFILE.value]


class Command(BaseCommand):
    """Make, list and revoke the tokens with which other programs use the API and the MCP server.

    `create` shows a token once: it is not kept. With --person it acts for that person, who must
    want it; with --account it has the rights of that account, which gives a reason for whatever it
    reads. `list` shows who has tokens and when they were last used. `revoke` lets one hold no more.
    `create` and `revoke` want --reason, which the action log keeps.
    """

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["create", "list", "revoke"], help="What to do.")
        parser.add_argument("id", nargs="?", type=int, help="The number of the token to revoke.")
        parser.add_argument("--name", default="", help="What the token is for.")
        parser.add_argument("--person", help="Id of the person that it acts for.")
        parser.add_argument("--account", help="Name of the account whose rights it has.")
        parser.add_argument(
            "--scope",
            action="append",
            choices=TokenScope.values,
            help="What it may be used for; give it several times for several. By default "
            f"{' and '.join(READING)}.",
        )
        parser.add_argument("--days", type=int, default=90, help="How long it holds.")
        parser.add_argument("--reason", default="", help="Why; the action log keeps it.")

    def handle(self, *, what: str, **options: Any) -> None:
        if what == "list":
            self._list()
            return
        if not options["reason"].strip():
            raise CommandError("A reason is needed. Use --reason.")
        if what == "create":
            self._create(**options)
        else:
            self._revoke(options["id"], options["reason"])

    def _create(self, *, person: str | None, account: str | None, **options: Any) -> None:
        if (person is None) == (account is None):
            raise CommandError("Give either --person or --account.")
        person_id = None if person is None else snowflake(person)
        if person is not None and person_id is None:
            raise CommandError(f"{person!r} is not an id.")
        owner = None if account is None else User.objects.filter(username=account).first()
        if account is not None and owner is None:
            raise CommandError(f"There is no account {account!r}.")
        try:
            token, text = create_token(
                options["name"],
                [TokenScope(one) for one in options["scope"] or READING],
                valid=timedelta(days=options["days"]),
                actor=command(),
                reason=options["reason"].strip(),
                account=owner,
                person_id=person_id,
            )
        except (TokenError, OverflowError) as error:
            raise CommandError(str(error)) from error
        self.stderr.write(
            f"Token {token.pk} holds until {token.expires_at:%Y-%m-%d}. It is shown only now:"
        )
        self.stdout.write(text)

    def _list(self) -> None:
        tokens = AccessToken.objects.select_related("account").order_by("pk")
        for one in tokens:
            whose = f"person {one.person_id}" if one.person_id else f"account {one.account}"
            used = f"last used {one.last_used_at:%Y-%m-%d}" if one.last_used_at else "never used"
            state = "over" if one.is_over else f"until {one.expires_at:%Y-%m-%d}"
            self.stdout.write(
                f"{one.pk}: {one.name} ({one.beginning}…), {whose}, {' '.join(one.scopes)}, "
                f"{state}, {used}"
            )
        if not tokens:
            self.stdout.write("There are no tokens.")

    def _revoke(self, pk: int | None, reason: str) -> None:
        if pk is None:
            raise CommandError("Give the number of the token; `tokens list` shows it.")
        if not revoke_token(pk, actor=command(), reason=reason.strip()):
            raise CommandError("No valid token has this number.")
        self.stdout.write("Revoked.")
