"""What a failed embedder means for the work that needs it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from memories.embeddings.base import EmbeddingError
from whisper import outbox


@contextmanager
def told_to_the_outbox() -> Iterator[None]:
    """Let the outbox wait for an embedder that is away, and set aside what settings must mend.

    Raises:
        AwayError: the embedder does not answer.
        PermanentError: it never will; `reembed` does the work once the settings are right.
        EmbeddingError: it refused these texts.
    """
    try:
        yield
    except EmbeddingError as error:
        if error.permanent:
            raise outbox.PermanentError(str(error)) from error
        if error.away:
            raise outbox.AwayError(str(error)) from error
        raise
