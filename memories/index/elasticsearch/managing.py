"""`manage.py memory_index` for Elasticsearch: versions, snapshots, keys."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from asgiref.sync import async_to_sync
from django.core.management.base import BaseCommand, CommandError

from memories.embeddings import embedder
from memories.embeddings.renewal import embed_all, to_embed
from memories.index.elasticsearch import administration, snapshots, upkeep
from memories.index.elasticsearch.client import FAULTS, failure
from memories.index.elasticsearch.security import as_text, key_request, make_key
from memories.index.managing import EXIT_AWAY, EXIT_DIFFERENT, tell
from memories.models import Memory
from whisper.files import write_secret
from whisper.progress import progress

EMBED_BATCH = 256


def manage(command: BaseCommand, options: Mapping[str, Any]) -> None:
    """Do an action of the command.

    Raises:
        CommandError: it can't be done.
        AwayError: Elasticsearch takes no writes.
    """
    try:
        getattr(_Actions(command), options["action"])(options)
    except administration.AdministrationError as error:
        raise CommandError(str(error)) from error
    except FAULTS as error:
        raise CommandError(failure(error), returncode=EXIT_AWAY) from error


class _Actions:
    """The actions of the command by their names."""

    def __init__(self, command: BaseCommand) -> None:
        self._command, self._out = command, command.stdout

    def status(self, options: Mapping[str, Any]) -> None:
        found = async_to_sync(upkeep.status)()
        if options["json"]:
            self._out.write(json.dumps(found))
            return
        cluster = f"Elasticsearch {found['elasticsearch']}, {found['nodes']} node(s)"
        self._out.write(f"{cluster}, cluster {found['cluster']}.")
        for version in found["versions"]:
            role = "live" if version["live"] else "follows" if version["follows"] else "left behind"
            size = f"{version['documents']} documents, {version['bytes'] / 2**20:.1f} MB"
            kind = f"{version['model']}, {version['vector_type']}"
            self._out.write(f"{version['name']:32} {role:12} {size}  {kind}")
        if not found["versions"]:
            self._out.write("There is no version yet: run create, then sync.")
        elif not any(version["live"] for version in found["versions"]):
            self._out.write("No version is searched yet: run sync.")
        self._out.write(
            f"The database has {found['memories']} memories; {found['waiting']} changes wait, the "
            f"oldest for {found['behind_seconds']} s; {found['set_aside']} set aside; partitions "
            f"behind: {found['partitions_behind']}."
        )

    def create(self, options: Mapping[str, Any]) -> None:
        version = async_to_sync(upkeep.first_version)(*_model())
        self._out.write(f"Made {version.name}. It is empty: run sync.")

    def sync(self, options: Mapping[str, Any]) -> None:
        with progress("memories", self._command.stdout) as advance:
            found = async_to_sync(upkeep.sync)(advance)
        for name, totals in found.items():
            tell(self._command, name, totals)
        if any(totals["refused"] or totals["ahead"] for totals in found.values()):
            raise CommandError("The index is not in sync with the database.")

    def verify(self, options: Mapping[str, Any]) -> None:
        repair = options["repair"]
        with progress("memories", self._command.stdout, total=Memory.objects.count()) as advance:
            version, totals = async_to_sync(upkeep.checked)(options["name"], advance, repair=repair)
        tell(self._command, version.name, totals)
        if totals["ahead"] or totals["refused"] or (totals.total() and not repair):
            raise CommandError(
                "The index differs from the database."
                + (
                    " It is ahead because an older backup was restored; run rebuild."
                    * bool(totals["ahead"])
                ),
                returncode=EXIT_DIFFERENT,
            )

    def rebuild(self, options: Mapping[str, Any]) -> None:
        version = async_to_sync(upkeep.begin_rebuild)(*_model())
        self._out.write(f"Filling {version.name}.")
        self._embed()
        with progress("memories", self._command.stdout, total=Memory.objects.count()) as advance:
            totals = async_to_sync(upkeep.fill)(version, advance)
        if totals["refused"] or totals["ahead"]:
            tell(self._command, version.name, totals)
            raise CommandError(f"{version.name} is not in sync with the database; not switched.")
        self._out.write(
            f"{version.name} has everything in the database ({totals['written']} written)."
        )
        if not options["no_switch"]:
            self.switch({"name": version.name})

    def _embed(self) -> None:
        """Embed what has no vector of the configured model; recall works by words meanwhile."""
        by = embedder()
        todo = to_embed(by)
        if total := todo.count():
            with progress("memories embedded", self._command.stdout, total=total) as advance:
                for count in embed_all(by, todo, batch_size=EMBED_BATCH):
                    advance(count)

    def switch(self, options: Mapping[str, Any]) -> None:
        async_to_sync(administration.switch)(options["name"])
        self._out.write(
            f"{options['name']} is now searched. Other versions stay until you drop them."
        )

    def rollback(self, options: Mapping[str, Any]) -> None:
        version = async_to_sync(administration.rollback)()
        self._out.write(f"{version.name} is searched again.")

    def drop(self, options: Mapping[str, Any]) -> None:
        async_to_sync(administration.drop)(options["name"])
        self._out.write(f"Removed {options['name']}.")

    def snapshot(self, options: Mapping[str, Any]) -> None:
        taken = async_to_sync(snapshots.take)()
        self._out.write(f"Took {taken.name} of {taken.index}.")

    def snapshots(self, options: Mapping[str, Any]) -> None:
        found = async_to_sync(snapshots.snapshots)()
        for one in found:
            self._out.write(f"{one.name}  {one.index:32} {one.state}")
        if not found:
            self._out.write("There is no snapshot yet.")

    def restore(self, options: Mapping[str, Any]) -> None:
        with progress("memories", self._command.stdout, total=Memory.objects.count()) as advance:
            version, totals = async_to_sync(snapshots.restore)(options["name"], *_model(), advance)
        tell(self._command, version.name, totals)
        self._out.write(f"{version.name} is now searched. Other versions stay until you drop them.")

    def api_key(self, options: Mapping[str, Any]) -> None:
        if options["print"]:
            self._out.write(as_text(key_request()))
            return
        file: Path | None = options["into"]
        if file is not None:
            self._key_into(file)
            return
        key = async_to_sync(make_key)()
        self._command.stderr.write("Store it as ELASTICSEARCH_API_KEY; it won't be shown again:")
        self._out.write(key)

    def _key_into(self, file: Path) -> None:
        if file.exists():
            self._out.write(f"{file} exists already.")
            return
        key = async_to_sync(make_key)()
        write_secret(file, key)
        self._out.write(f"The key is in {file}.")


def _model() -> tuple[str, int]:
    by = embedder()
    return by.model, by.dimension
