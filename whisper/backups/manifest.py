"""The manifest of a backup: what it was made from, when, and what it must contain."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from whisper.backups.errors import BackupError
from whisper.copying.digests import Digest
from whisper.copying.locations import Migrations
from whisper.copying.tables import Table

FILE = "manifest.json"
FORMAT = 1

# An SQLite file, pg_dump's custom format, or lines of JSON.
Form = Literal["sqlite", "pg_dump", "portable"]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says about itself.

    Args:
        name: of the backup's folder.
        made_at: ISO time, UTC.
        reason: why it was made: manual, automatic, before-copy ...
        file: name of the file with the rows, compressed.
        size: of that file, in bytes.
        sha256: of that file.
        versions: of Whisper, Django, Python and the engine.
        migrations: those applied to the database.
        tables: in order; a table stands after those that it refers to.
        digests: of each table.
        numbers: the highest key that each numbered table ever gave out.
        snapshots: names of those that copies of the database took of themselves, by store; empty
            where one failed.
    """

    name: str
    made_at: str
    reason: str
    form: Form
    file: str
    size: int
    sha256: str
    versions: Mapping[str, str]
    migrations: Migrations
    tables: tuple[Table, ...]
    digests: Mapping[str, Digest]
    numbers: Mapping[str, int]
    snapshots: Mapping[str, str] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """Return how many rows there are in all."""
        return sum(digest.rows for digest in self.digests.values())


def write(manifest: Manifest, folder: Path) -> None:
    """Write the manifest with its own checksum."""
    data = {
        "format": FORMAT,
        "name": manifest.name,
        "made_at": manifest.made_at,
        "reason": manifest.reason,
        "form": manifest.form,
        "file": manifest.file,
        "size": manifest.size,
        "sha256": manifest.sha256,
        "versions": dict(manifest.versions),
        "migrations": sorted(list(name) for name in manifest.migrations),
        "tables": [
            table.as_json()
            | {
                "rows": manifest.digests[table.name].rows,
                "sha256": manifest.digests[table.name].sha256,
                "number": manifest.numbers.get(table.name, 0),
            }
            for table in manifest.tables
        ],
        "snapshots": dict(manifest.snapshots),
    }
    data["manifest_sha256"] = _checksum(data)
    path = folder / FILE
    path.touch(mode=0o600)
    path.write_text(json.dumps(data, indent=1))


def read(folder: Path) -> Manifest:
    """Return the manifest in a backup's folder.

    Raises:
        BackupError: it is missing, damaged, or of a newer version.
    """
    try:
        data = json.loads((folder / FILE).read_text())
        if data["format"] > FORMAT:
            raise BackupError(
                f"{folder.name} was made by a newer version of Whisper (format {data['format']}; "
                f"this one reads up to {FORMAT}): install that version."
            )
        if data.pop("manifest_sha256") != _checksum(data):
            raise BackupError(f"{folder.name} is damaged: its manifest was changed.")
        return _manifest(folder.name, data)
    except FileNotFoundError:
        raise BackupError(f"{folder.name} is not a backup: it has no {FILE}.") from None
    except OSError as error:
        raise BackupError(f"{folder / FILE} can't be read ({error.strerror}).") from error
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise BackupError(f"{folder.name} is damaged: its manifest can't be read.") from error


def _manifest(name: str, data: Any) -> Manifest:
    return Manifest(
        # Not what stands in it, which could lead elsewhere: old backups are removed by name.
        name=name,
        made_at=data["made_at"],
        reason=data["reason"],
        form=data["form"],
        file=Path(data["file"]).name,
        size=data["size"],
        sha256=data["sha256"],
        versions=data["versions"],
        migrations={(app, name) for app, name in data["migrations"]},
        tables=tuple(Table.from_json(table) for table in data["tables"]),
        digests={table["name"]: Digest(table["rows"], table["sha256"]) for table in data["tables"]},
        numbers={table["name"]: table["number"] for table in data["tables"] if table["numbered"]},
        # Those of older backups lack it.
        snapshots=data.get("snapshots", {}),
    )


def _checksum(data: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()
