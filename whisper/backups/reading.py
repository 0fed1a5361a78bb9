"""Read the rows of a backup from its file, in any form."""

from __future__ import annotations

import gzip
import re
import subprocess
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import IO, Any, cast

from whisper.backups.errors import BackupError
from whisper.backups.manifest import Manifest
from whisper.copying.base import PAGE_ROWS
from whisper.copying.tables import Table
from whisper.copying.values import Notes, Row, canonical, row_of_line

Pages = Iterator[tuple[Table, Sequence[Row]]]

RESTORE_SECONDS = 3600

_COPY = re.compile(r'COPY (?:\S+\.)?"?(\w+)"? \((.*)\) FROM stdin;\n')
_ESCAPE = re.compile(r"\\(.)")
_ESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_FROM_TEXT: dict[str, Callable[[str], Any]] = {
    "integer": int,
    "float": float,
    "boolean": lambda text: text == "t",
    "binary": lambda text: bytes.fromhex(text.removeprefix("\\x")),
}


@contextmanager
def readable(name: str) -> Iterator[None]:
    """Report a damaged file in one line.

    Raises:
        BackupError: instead of what the readers of files raise.
    """
    try:
        yield
    except (EOFError, gzip.BadGzipFile, zlib.error, ValueError, LookupError) as error:
        raise BackupError(f"{name} is damaged: its rows can't be read.") from error


def portable_pages(manifest: Manifest, path: Path) -> Pages:
    """Yield the rows of lines of JSON, a page at a time."""
    tables = {f'"{table.name}"\n'.encode(): table for table in manifest.tables}
    with gzip.open(path, "rb") as file:
        line = file.readline()
        while line:
            table = tables[line]
            rows = []
            # A row is an array; a name is not.
            while (line := file.readline()).startswith(b"["):
                rows.append(row_of_line(line, table))
                if len(rows) == PAGE_ROWS:
                    yield table, rows
                    rows = []
            yield table, rows


def pg_dump_pages(manifest: Manifest, path: Path) -> Pages:
    """Yield the rows of pg_dump's format, a page at a time; no server is needed to read it.

    Raises:
        BackupError: pg_restore is missing, or fails.
    """
    tables = {table.name: table for table in manifest.tables}
    command = ["pg_restore", "--data-only", "--file=-", str(path)]
    try:
        process = subprocess.Popen(  # noqa: S603
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
    except FileNotFoundError:
        raise BackupError(
            "This backup was made by pg_dump: install PostgreSQL's client programs to read it."
        ) from None
    with process:
        try:
            output = iter(TextIOWrapper(cast(IO[bytes], process.stdout), "utf-8", newline="\n"))
            for line in output:
                if (begun := _COPY.fullmatch(line)) and begun[1] in tables:
                    yield from _copied(tables[begun[1]], begun[2], output)
        except BaseException:
            process.kill()
            raise
    if process.wait(RESTORE_SECONDS):
        raise BackupError(f"{manifest.name} is damaged: pg_restore can't read it.")


def _copied(table: Table, listed: str, output: Iterator[str]) -> Pages:
    names = [name.strip('"') for name in listed.split(", ")]
    order = [names.index(name) for name in table.names]
    readers = [_FROM_TEXT.get(column.kind, str) for column in table.columns]

    def rows() -> Iterator[Row]:
        for line in output:
            if line == "\\.\n":
                return
            fields = line[:-1].split("\t")
            yield tuple(
                None if fields[index] == "\\N" else read(_unescaped(fields[index]))
                for index, read in zip(order, readers, strict=True)
            )

    left = rows()
    while page := list(islice(left, PAGE_ROWS)):
        yield table, canonical(page, table, Notes())


def _unescaped(field: str) -> str:
    if "\\" not in field:
        return field
    return _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[1]), field)
