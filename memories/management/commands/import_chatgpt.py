"""Import a ChatGPT export."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from memories.embeddings import EmbeddingError
from memories.imports.chatgpt.actions import RefusedError, require_welcome, welcome_person
from memories.imports.chatgpt.importing import Options, take_in
from profiles.actions import ProfileError, check_id
from whisper.database.checks import require_usable_database
from whisper.imports.arguments import batch_size_of, existing
from whisper.imports.runs import running, tell
from whisper.management.base import BaseCommand
from whisper.progress import progress

BATCH = 100
KIND = "chatgpt"


class Command(BaseCommand):
    """Remember what a person said to ChatGPT, from the export they downloaded.

    Of each conversation the branch that they saw last is taken, with its original dates; what the
    model says to itself or to its tools is left out. It comes to mind in their direct messages
    alone. Run again, also with a newer export, it adds only what is new; `import_legacy rollback
    RUN` removes what a run brought.
    """

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "path", help="The downloaded zip, its unpacked folder, or its conversations.json."
        )
        parser.add_argument("--user-id", type=int, required=True, help="Whose export it is.")
        parser.add_argument(
            "--facts",
            action="store_true",
            help="Look for facts about the person in what they said.",
        )
        parser.add_argument("--dry-run", action="store_true", help="Report, and write nothing.")
        parser.add_argument("--batch-size", type=int, default=BATCH, help="Turns per transaction.")
        parser.add_argument(
            "--consent-given",
            action="store_true",
            help="Take your word that they agreed, if nobody asked them. Otherwise it isn't used "
            "until they agree.",
        )
        parser.add_argument("--report", metavar="FILE", help="Write the whole report as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        require_usable_database()
        path = existing(options["path"])
        chosen = Options(_person(options), batch_size_of(options), options["facts"])
        try:
            require_welcome(chosen.person_id)
            with running(KIND, str(path.resolve()), options | {"resume": False}) as run:
                if run.row is not None:
                    given = options["consent_given"]
                    welcome_person(run.row, chosen.person_id, consent_given=given)
                with progress("turns", self.stdout) as advance:
                    take_in(path, run, chosen, advance)
        except EmbeddingError as error:
            raise CommandError(f"{error} Finished work is kept; run it again.") from error
        except RefusedError as error:
            raise CommandError(f"Nothing is kept about {chosen.person_id}: {error}.") from error
        tell(run, self.stdout, options)


def _person(options: dict[str, Any]) -> int:
    try:
        return check_id(options["user_id"])
    except ProfileError as error:
        raise CommandError(str(error)) from error
