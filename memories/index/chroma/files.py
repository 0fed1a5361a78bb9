"""Where the older bot's engine keeps its copy, and how deleted texts leave its files."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from django.conf import settings

from memories.index import memory_index
from whisper.amounts import amount
from whisper.database.access import in_database
from whisper.environment import environment
from whisper.personal_data.purging import purges


def folder() -> Path:
    """Return the folder of the copy; it is not the older bot's own."""
    data: Path = settings.DATA_DIR
    return data / "chroma_index"


@purges("ChromaDB")
async def purge() -> str:
    """Rewrite the copy, as ChromaDB keeps deleted texts in its files; remove an unused one."""
    if not folder().exists():
        return "there is none"
    if environment.memory_index != "chroma":
        await asyncio.to_thread(shutil.rmtree, folder())
        return "removed, as it is not used"
    from memories.index.chroma.engine import ChromaIndex

    index = memory_index()
    if not isinstance(index, ChromaIndex):
        return "left to the process that uses it"
    totals = await in_database(index.renew)
    return f"rewritten with {amount(totals['written'], 'memory', 'memories')}"
