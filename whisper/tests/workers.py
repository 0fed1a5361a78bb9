"""What each of the processes that share the tests has for itself.

pytest-django gives each a database of its own, and each test of Elasticsearch makes an index with a
name of its own.
"""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from pathlib import Path

# Set in the environment of a worker once it has its share.
TAKEN = "WHISPER_TESTS_SHARE"


def take_a_share(variables: MutableMapping[str, str]) -> None:
    """Give a worker of pytest-xdist its own data folder and its own database of Redis.

    Processes that it starts inherit the share, and take no share of it.

    Args:
        variables: the process's environment, which is changed.
    """
    worker = variables.get("PYTEST_XDIST_WORKER")
    if worker is None or TAKEN in variables:
        return
    variables[TAKEN] = worker
    folder = Path(variables["WHISPER_DATA_DIR"]) / worker
    folder.mkdir(exist_ok=True)
    variables["WHISPER_DATA_DIR"] = str(folder)
    if address := variables.get("REDIS_URL"):
        variables["REDIS_URL"] = redis_database(address, int(worker.removeprefix("gw")))


def redis_database(address: str, number: int) -> str:
    """Return the address of a database counted from the one that an address names."""
    base, first = re.fullmatch(r"(.*?//[^/]*)/?(\d*)", address).groups()  # type: ignore[union-attr]
    return f"{base}/{int(first or 0) + number}"
