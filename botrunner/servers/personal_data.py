"""What is held of a person here: the servers whose admins blocked them."""

from __future__ import annotations

from datetime import datetime

from botrunner.models import Block
from botrunner.servers.queries import blocks_of
from whisper.database.access import in_database
from whisper.personal_data.registry import Holder, Rows, columns, table


async def export(person_id: int) -> dict[str, Rows]:
    """Return where the person is blocked."""
    return {"blocks": await in_database(_export, person_id)}


async def erase(person_id: int, before: datetime | None) -> dict[str, int]:
    """Leave the blocks: they protect the people of a server, and end when its admins say so."""
    return {}


def _export(person_id: int) -> Rows:
    return table(blocks_of(person_id), *columns(Block, "id"))


HOLDER = Holder(
    "blocks",
    export,
    erase,
    holds=("botrunner.Block",),
    stays=("blocks",),
    wordless={"botrunner.Block": "who is blocked where, and since when"},
)
