"""Manage the memory index in Elasticsearch."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any

from asgiref.sync import async_to_sync
from django.core.management.base import BaseCommand, CommandError

from memories.embeddings import EmbeddingError, embedder
from memories.embeddings.renewal import embed_all, to_embed
from memories.models import Memory
from whisper.database.checks import require_usable_record
from whisper.environment import environment
from whisper.outbox import AwayError
from whisper.progress import progress

EXIT_DIFFERENT = 1
EXIT_AWAY = 4
EXIT_INTERRUPTED = 130
EMBED_BATCH = 256


class Command(BaseCommand):
    """Manage the memory index in Elasticsearch."""

    help = (
        "status: versions, lag and health. create: make the first version. sync: write what the "
        "index lacks. rebuild: make a new version beside the live one while reads and writes go "
        "on, then switch to it. verify: compare ids, revisions and contents with the record. "
        "switch, rollback: search another version. drop: remove one. snapshot, snapshots: take "
        "one, list them. restore: make a new version of a snapshot, bring it in line with the "
        "record, then switch to it. api_key: make a key with as few privileges as do. The "
        "record is never changed, except that rebuild embeds memories that have no vector of the "
        "configured model. "
        "What was stopped goes on where it was when started again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read what to do."""
        actions = parser.add_subparsers(dest="action", required=True)
        status = actions.add_parser("status", help="Show versions, lag and health.")
        status.add_argument("--json", action="store_true", help="Print one JSON object.")
        actions.add_parser("create", help="Make the first version, empty; then run sync.")
        actions.add_parser("sync", help="Write to every version that follows what it lacks.")
        rebuild = actions.add_parser("rebuild", help="Make a new version and switch to it.")
        rebuild.add_argument("--no-switch", action="store_true", help="Leave the switch to you.")
        verify = actions.add_parser("verify", help="Compare the live version with the record.")
        verify.add_argument("--name", help="Another version than the live one.")
        verify.add_argument("--repair", action="store_true", help="Put right what differs.")
        switch = actions.add_parser("switch", help="Search another version.")
        switch.add_argument("name")
        actions.add_parser("rollback", help="Search the version before the live one again.")
        drop = actions.add_parser("drop", help="Remove a version that is not live.")
        drop.add_argument("name")
        actions.add_parser("snapshot", help="Take a snapshot of what is searched.")
        actions.add_parser("snapshots", help="List the snapshots.")
        restore = actions.add_parser("restore", help="Search a snapshot, in line with the record.")
        restore.add_argument("name", nargs="?", help="The newest by default.")
        key = actions.add_parser("api_key", help="Make a key for Whisper's indices; shown once.")
        key.add_argument("--print", action="store_true", help="Only show the request for it.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, and tell a failure in one line."""
        if environment.memory_index == "chroma":
            self._chroma(options)
            return
        if environment.memory_index == "local":
            self._local(options)
            return
        require_usable_record()
        # These bring packages that another index does not need.
        from memories.index.elasticsearch.administration import AdministrationError
        from memories.index.elasticsearch.client import FAULTS, failure

        try:
            getattr(self, f"_{options['action']}")(options)
        except (AdministrationError, EmbeddingError) as error:
            raise CommandError(str(error)) from error
        except AwayError as error:
            raise CommandError(str(error), returncode=EXIT_AWAY) from error
        except FAULTS as error:
            raise CommandError(failure(error), returncode=EXIT_AWAY) from error
        except KeyboardInterrupt:
            raise CommandError(
                "Stopped; what is done stays done. Run it again to go on.",
                returncode=EXIT_INTERRUPTED,
            ) from None

    def _local(self, options: dict[str, Any]) -> None:
        """Tell how the engine in process is: it is loaded from the database and has no versions."""
        if options["action"] != "status":
            raise CommandError(
                "MEMORY_INDEX is local: memories are searched in process, and there is no index to "
                "manage."
            )
        require_usable_record()
        memories = Memory.objects.count()
        if options["json"]:
            self.stdout.write(json.dumps({"index": "local", "memories": memories}))
            return
        self.stdout.write(
            "MEMORY_INDEX is local: memories are searched in process, straight from the database, "
            f"which has {memories}. There is no index to create or fill."
        )

    def _chroma(self, options: dict[str, Any]) -> None:
        """Do what the older bot's engine needs: it has one version, and `sync` makes it whole."""
        action = options["action"]
        if action not in ("status", "sync"):
            raise CommandError("MEMORY_INDEX is chroma: it knows status and sync alone.")
        require_usable_record()
        from memories.index.chroma import held, sync

        if action == "sync":
            with progress("memories", self.stdout, total=Memory.objects.count()) as advance:
                self._tell("chroma", sync(advance))
        counts = held()
        if options.get("json"):
            found = {"memories": Memory.objects.count(), "held": counts.total()}
            self.stdout.write(json.dumps({"index": "chroma"} | found))
            return
        self.stdout.write(
            f"ChromaDB holds {counts.total()} memories in {len(counts)} collections; the record "
            f"has {Memory.objects.count()}."
        )

    def _status(self, options: dict[str, Any]) -> None:
        from memories.index.elasticsearch.upkeep import status

        found = async_to_sync(status)()
        if options["json"]:
            self.stdout.write(json.dumps(found))
            return
        cluster = f"Elasticsearch {found['elasticsearch']}, {found['nodes']} node(s)"
        self.stdout.write(f"{cluster}, cluster {found['cluster']}.")
        for version in found["versions"]:
            role = "live" if version["live"] else "follows" if version["follows"] else "left behind"
            size = f"{version['documents']} documents, {version['bytes'] / 2**20:.1f} MB"
            kind = f"{version['model']}, {version['vector_type']}"
            self.stdout.write(f"{version['name']:32} {role:12} {size}  {kind}")
        if not found["versions"]:
            self.stdout.write("There is no version yet: run create, then sync.")
        elif not any(version["live"] for version in found["versions"]):
            self.stdout.write("No version is searched yet: run sync.")
        self.stdout.write(
            f"The record has {found['memories']} memories; {found['waiting']} changes wait, the "
            f"oldest for {found['behind_seconds']} s; {found['set_aside']} set aside; partitions "
            f"behind: {found['partitions_behind']}."
        )

    def _create(self, options: dict[str, Any]) -> None:
        from memories.index.elasticsearch.upkeep import first_version

        version = async_to_sync(first_version)(*_model())
        self.stdout.write(f"Made {version.name}. It is empty: run sync.")

    def _sync(self, options: dict[str, Any]) -> None:
        from memories.index.elasticsearch.upkeep import sync

        with progress("memories", self.stdout) as advance:
            found = async_to_sync(sync)(advance)
        for name, totals in found.items():
            self._tell(name, totals)
        if any(totals["refused"] or totals["ahead"] for totals in found.values()):
            raise CommandError("The index is not in line with the record.")

    def _verify(self, options: dict[str, Any]) -> None:
        from memories.index.elasticsearch.upkeep import checked

        repair = options["repair"]
        with progress("memories", self.stdout, total=Memory.objects.count()) as advance:
            version, totals = async_to_sync(checked)(options["name"], advance, repair=repair)
        self._tell(version.name, totals)
        if totals["ahead"] or totals["refused"] or (totals.total() and not repair):
            raise CommandError(
                "The index differs from the record."
                + (" It is ahead: an older backup came back; run rebuild." * bool(totals["ahead"])),
                returncode=EXIT_DIFFERENT,
            )

    def _rebuild(self, options: dict[str, Any]) -> None:
        from memories.index.elasticsearch.upkeep import begin_rebuild, fill

        version = async_to_sync(begin_rebuild)(*_model())
        self.stdout.write(f"Filling {version.name}.")
        self._embed()
        with progress("memories", self.stdout, total=Memory.objects.count()) as advance:
            totals = async_to_sync(fill)(version, advance)
        if totals["refused"] or totals["ahead"]:
            self._tell(version.name, totals)
            raise CommandError(f"{version.name} is not in line with the record; not switched.")
        self.stdout.write(f"{version.name} has all of the record ({totals['written']} written).")
        if not options["no_switch"]:
            self._switch({"name": version.name})

    def _embed(self) -> None:
        """Embed what has no vector of the configured model; recall goes on by words meanwhile."""
        by = embedder()
        todo = to_embed(by)
        if total := todo.count():
            with progress("memories embedded", self.stdout, total=total) as advance:
                for count in embed_all(by, todo, batch_size=EMBED_BATCH):
                    advance(count)

    def _switch(self, options: dict[str, Any]) -> None:
        from memories.index.elasticsearch.administration import switch

        async_to_sync(switch)(options["name"])
        self.stdout.write(f"{options['name']} is searched now. The others stay until drop.")

    def _rollback(self, options: dict[str, Any]) -> None:
        from memories.index.elasticsearch.administration import rollback

        version = async_to_sync(rollback)()
        self.stdout.write(f"{version.name} is searched again.")

    def _drop(self, options: dict[str, Any]) -> None:
        from memories.index.elasticsearch.administration import drop

        async_to_sync(drop)(options["name"])
        self.stdout.write(f"Removed {options['name']}.")

    def _snapshot(self, options: dict[str, Any]) -> None:
        from memories.index.elasticsearch.snapshots import take

        taken = async_to_sync(take)()
        self.stdout.write(f"Took {taken.name} of {taken.index}.")

    def _snapshots(self, options: dict[str, Any]) -> None:
        from memories.index.elasticsearch.snapshots import snapshots

        found = async_to_sync(snapshots)()
        for one in found:
            self.stdout.write(f"{one.name}  {one.index:32} {one.state}")
        if not found:
            self.stdout.write("There is no snapshot yet.")

    def _restore(self, options: dict[str, Any]) -> None:
        from memories.index.elasticsearch.snapshots import restore

        with progress("memories", self.stdout, total=Memory.objects.count()) as advance:
            version, totals = async_to_sync(restore)(options["name"], *_model(), advance)
        self._tell(version.name, totals)
        self.stdout.write(f"{version.name} is searched now. The others stay until drop.")

    def _api_key(self, options: dict[str, Any]) -> None:
        from memories.index.elasticsearch.security import as_text, key_request, make_key

        if options["print"]:
            self.stdout.write(as_text(key_request()))
            return
        key = async_to_sync(make_key)()
        self.stderr.write("Keep it as ELASTICSEARCH_API_KEY; it is not shown again:")
        self.stdout.write(key)

    def _tell(self, name: str, totals: Mapping[str, int]) -> None:
        found = ", ".join(f"{count} {kind}" for kind, count in totals.items() if count)
        self.stdout.write(f"{name}: {found or 'no difference'}.")


def _model() -> tuple[str, int]:
    by = embedder()
    return by.model, by.dimension
