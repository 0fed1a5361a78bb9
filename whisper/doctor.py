"""What `manage.py doctor` looks at, and what it advises: apps register their parts."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import redis
from asgiref.sync import async_to_sync
from django.conf import settings
from django.core.management.base import CommandError
from django.db import DatabaseError, connection

from whisper.backups.health import backups_health
from whisper.database.checks import require_usable_database
from whisper.environment import Environment, environment
from whisper.files import readable_by_others
from whisper.processes import heartbeats
from whisper.redis.connections import SOCKET_SECONDS, reason, redis_url

logger = logging.getLogger(__name__)

LITTLE_SPACE = 1 << 30


class Verdict(StrEnum):
    """How something is: BAD has to be mended, POOR could be better, FINE is as it should be."""

    FINE = "ok"
    POOR = "advice"
    BAD = "fault"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one thing.

    Args:
        text: what is so, without secrets.
        advice: what to do; empty where nothing is to be done.
    """

    verdict: Verdict
    text: str
    advice: str = ""


def fine(text: str) -> Finding:
    """Return that something is as it should be."""
    return Finding(Verdict.FINE, text)


def poor(text: str, advice: str) -> Finding:
    """Return that something works and could be better."""
    return Finding(Verdict.POOR, text, advice)


def bad(text: str, advice: str) -> Finding:
    """Return that something has to be mended."""
    return Finding(Verdict.BAD, text, advice)


Examination = Callable[[], Iterator[Finding]]

_examinations: dict[str, Examination] = {}


def examines(name: str) -> Callable[[Examination], Examination]:
    """Register what looks at a part; parts are looked at in the order of their registration."""

    def register(examination: Examination) -> Examination:
        _examinations[name] = examination
        return examination

    return register


def findings() -> Iterator[tuple[str, Finding]]:
    """Yield what is found, with the part's name; a part that can't be looked at is at fault."""
    for name, examination in _examinations.items():
        try:
            yield from ((name, found) for found in examination())
        except DatabaseError:
            yield name, poor("it needs the database", "mend that first")
        except Exception as error:
            logger.debug("doctor: %s failed", name, exc_info=True)
            yield (
                name,
                bad(
                    f"it can't be looked at ({type(error).__name__})",
                    "set LOG_LEVEL=DEBUG and repeat",
                ),
            )


@examines("settings")
def _settings() -> Iterator[Finding]:
    file = Path(str(Environment.model_config["env_file"] or os.devnull))
    if file.is_file():
        yield fine(f"{file} is read")
    elif file.name in {".env", Path(os.devnull).name}:
        yield fine("no .env; the environment decides alone")
    else:
        yield fine(f"{file}, which WHISPER_ENV_FILE names, doesn't exist; the environment decides")
    if environment.debug_mode:
        yield poor(
            "DEBUG_MODE is on: errors show settings and code to every visitor",
            "remove it from .env, except while you develop",
        )


@examines("data folder")
def _data() -> Iterator[Finding]:
    folder = Path(settings.DATA_DIR)
    if not os.access(folder, os.W_OK):
        yield bad(f"{folder} can't be written", "give it to the account that runs Whisper")
        return
    free = shutil.disk_usage(folder).free
    if free < LITTLE_SPACE:
        yield poor(f"{free >> 20:,} MB are free in {folder}", "free some space")
    else:
        yield fine(f"{free >> 30:,} GB are free in {folder}")
    if opened := next(readable_by_others(folder), None):
        yield poor(f"other accounts can read {opened}", f"run chmod -R go= {folder}")


@examines("database")
def _database() -> Iterator[Finding]:
    try:
        require_usable_database()
    except CommandError as error:
        yield bad(str(error).rstrip("."), "")
        return
    yield fine(f"{connection.vendor}, up to date")
    if connection.vendor == "postgresql" and shutil.which("pg_dump") is None:
        yield poor(
            "pg_dump is missing, so backups are made row by row",
            "apt-get install postgresql-client, of the server's version or newer",
        )


@examines("redis")
def _redis() -> Iterator[Finding]:
    address = redis_url()
    if address is None:
        yield fine("not used; one process needs none")
        return
    try:
        with redis.Redis.from_url(address, socket_connect_timeout=SOCKET_SECONDS) as client:
            client.ping()
    except redis.RedisError as error:
        yield bad(
            f"it can't be used ({reason(error)}); until then Whisper does without",
            f"check {'REDIS_URL' if environment.redis_url else 'REDIS_HOST'}, and that Redis runs",
        )
    else:
        yield fine("it answers")


@examines("backups")
def _backups() -> Iterator[Finding]:
    found = async_to_sync(backups_health)()
    if found.degraded:
        yield poor(found.detail, "run manage.py backup, and see manage.py periodic list")
    elif not environment.auto_backup_enabled:
        yield poor(
            "AUTO_BACKUP_ENABLED is false", "run manage.py backup --if-due from cron, or remove it"
        )
    else:
        yield fine(found.detail)


@examines("processes")
def _processes() -> Iterator[Finding]:
    seen = heartbeats.last_seen()
    lacking = heartbeats.missing(seen)
    for duty in lacking:
        what, _, advice = heartbeats.NEEDED[duty].partition(": ")
        yield poor(what, advice)
    if not lacking:
        yield fine(f"running: {', '.join(sorted(seen))}")
