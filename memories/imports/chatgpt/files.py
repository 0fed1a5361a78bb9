"""Find the conversations in a ChatGPT export and read them one at a time."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

import ijson
from django.core.management.base import CommandError

NAME = re.compile(r"(^|/)conversations([-_ ]?\d+)?\.json$")
# A conversation is held as a whole while it is read; the longest known have some megabytes.
LARGEST_CONVERSATION = 64 * 1024 * 1024
# Theirs have ten levels. The reader names each level by all those above it, so that a hundred
# thousand would take gigabytes.
DEEPEST = 100
# Text packs to a tenth; what unpacks to far more is made to do harm.
LARGEST_FILE = 8 * 1024 * 1024 * 1024
LARGEST_RATIO = 200
ENCRYPTED = 0x1
CHUNK = 64 * 1024
BOM = b"\xef\xbb\xbf"


def conversations(path: Path) -> Iterator[tuple[str, Any]]:
    """Yield each conversation of an export with the name of its file.

    Args:
        path: the zip, its unpacked folder, or one of its files of conversations.

    Raises:
        CommandError: it isn't an export, is damaged, or has a conversation of impossible size.
    """
    try:
        for name, file in _files(path):
            with file:
                yield from ((name, found) for found in _items(name, file))
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise CommandError(f"{path} is a damaged zip: {error}") from error
    except (NotImplementedError, RuntimeError) as error:
        raise CommandError(f"{path} can't be unpacked: {error}") from error
    except OSError as error:
        raise CommandError(f"{path} can't be read: {error.strerror or error}") from error


def _files(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    if path.is_dir():
        names = sorted(one for one in path.iterdir() if NAME.search(one.name))
        _require(names, path)
        yield from ((one.name, one.open("rb")) for one in names)
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            entries = [one for one in archive.infolist() if NAME.search(one.filename)]
            _require(entries, path)
            for entry in sorted(entries, key=lambda one: one.filename):
                _check(entry)
                yield entry.filename, archive.open(entry)
    else:
        yield path.name, path.open("rb")


def _require(found: list[Any], path: Path) -> None:
    if not found:
        raise CommandError(f"{path} contains no conversations.json, so it isn't a ChatGPT export.")


def _check(entry: zipfile.ZipInfo) -> None:
    if entry.flag_bits & ENCRYPTED:
        raise CommandError(f"{entry.filename} is encrypted; unpack it and import the folder.")
    ratio = entry.file_size / max(entry.compress_size, 1)
    if entry.file_size > LARGEST_FILE or (ratio > LARGEST_RATIO and entry.file_size > CHUNK):
        raise CommandError(
            f"{entry.filename} would unpack to {entry.file_size} bytes from "
            f"{entry.compress_size}, so it isn't a ChatGPT export."
        )


def _items(name: str, file: IO[bytes]) -> Iterator[Any]:
    bounded = _Bounded(name, file)
    try:
        if bounded.first() != b"[":
            raise CommandError(
                f"{name} contains no list of conversations, so it isn't a ChatGPT export."
            )
        events = ijson.basic_parse(bounded, use_float=True, buf_size=CHUNK)
        for found in ijson.items(ijson.parse(_not_too_deep(name, events)), "item"):
            bounded.since_item = 0
            yield found
    except (ijson.JSONError, UnicodeDecodeError) as error:
        reason = str(error).splitlines()[0]
        raise CommandError(
            f"{name} is not valid JSON, or it is truncated ({reason}). Only what stands before "
            "that is read; get the complete export and run the import again."
        ) from error


def _not_too_deep(name: str, events: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    depth = 0
    for event in events:
        if event[0].startswith("start_"):
            depth += 1
            if depth > DEEPEST:
                raise CommandError(f"{name} nests deeper than {DEEPEST} levels.")
        elif event[0].startswith("end_"):
            depth -= 1
        yield event


class _Bounded:
    """A file that refuses to read on if a conversation does not end."""

    def __init__(self, name: str, file: IO[bytes]) -> None:
        self.name, self.file = name, file
        self.since_item = 0
        self.ahead = b""

    def first(self) -> bytes:
        """Return the first non-blank character; it is read again."""
        start = self.file.read(CHUNK).removeprefix(BOM).lstrip()
        self.ahead = start
        return start[:1]

    def read(self, size: int = -1) -> bytes:
        if size == 0:
            # ijson asks whether it gets bytes or text.
            return b""
        ahead, self.ahead = self.ahead, b""
        found = ahead or self.file.read(size)
        self.since_item += len(found)
        if self.since_item > LARGEST_CONVERSATION:
            raise CommandError(
                f"{self.name} has a conversation of more than {LARGEST_CONVERSATION} bytes."
            )
        return found
