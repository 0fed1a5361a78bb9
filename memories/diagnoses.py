"""What `manage.py doctor` looks at of embeddings and of the index."""

from __future__ import annotations

import re
from collections.abc import Iterator

from asgiref.sync import async_to_sync

from memories.embeddings import EmbeddingError, embedder
from memories.embeddings.renewal import to_embed
from memories.index import copied_index, memory_index
from whisper.doctor import Finding, bad, examines, fine, poor
from whisper.environment import environment


@examines("embeddings")
def _embeddings() -> Iterator[Finding]:
    try:
        by = embedder()
        by.embed(["hello"])
    except EmbeddingError as error:
        yield bad(str(error), "run manage.py prepare, or check the EMBEDDING_ settings")
        return
    yield fine(f"{by.model} answers")
    if waiting := to_embed(by).count():
        yield poor(f"{waiting:,} memories have vectors of another model", "run manage.py reembed")


@examines("memory index")
def _index() -> Iterator[Finding]:
    name = environment.memory_index
    trouble = "" if copied_index() is None else async_to_sync(memory_index().trouble)()
    if not trouble:
        yield fine(name)
    else:
        advice = "" if re.search("run `|see [A-Z]", trouble) else "see docs/elasticsearch.md"
        yield bad(f"Whisper searches in process, because {name} isn't used: {trouble}", advice)
