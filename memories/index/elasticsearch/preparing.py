"""The index of a new installation: created and searched without anyone asking for it."""

from __future__ import annotations

from asgiref.sync import async_to_sync
from django.core.management.base import BaseCommand
from elasticsearch import BadRequestError

from memories.embeddings import EmbeddingError, embedder
from memories.index.elasticsearch.administration import AdministrationError, live_one, versions
from memories.index.elasticsearch.client import FAULTS, failure
from memories.index.elasticsearch.upkeep import first_version, sync
from memories.models import Memory
from whisper.outbox import AwayError

# They are written within seconds. Nobody's start has to wait for more.
FEW = 1_000


def prepare(command: BaseCommand) -> None:
    """Create the index if there is none, fill it if that takes seconds, and say what is left to do.

    It never fails: without an index, memories are searched in process.
    """
    try:
        _prepare(command)
    except FAULTS as error:
        _give_up(command, failure(error))
    except (AdministrationError, AwayError, EmbeddingError) as error:
        _give_up(command, str(error))


def _prepare(command: BaseCommand) -> None:
    found = async_to_sync(versions)()
    if live_one(found):
        return
    if not found and _created():
        command.stdout.write("Created the index in Elasticsearch.")
    if Memory.objects.count() <= FEW:
        async_to_sync(sync)(lambda _: None)
    else:
        command.stdout.write(
            "The index in Elasticsearch is not filled yet, so memories are searched in process. "
            "Run `manage.py memory_index sync` to fill it."
        )


def _created() -> bool:
    """Create the first version; return False if another process that starts did so just now."""
    by = embedder()
    try:
        async_to_sync(first_version)(by.model, by.dimension)
    except (AdministrationError, BadRequestError):
        if not async_to_sync(versions)():
            raise
        return False
    return True


def _give_up(command: BaseCommand, why: str) -> None:
    command.stderr.write(
        f"The index is not ready, so memories are searched in process. {why.rstrip('.')}. "
        "The next start tries again, as does `manage.py memory_index prepare`."
    )
