"""Read what was said and what is remembered."""

from __future__ import annotations

from memories.queries.facts import (
    known_facts,
)
from memories.queries.forgotten import (
    Forgetting,
    forgotten_since,
)
from memories.queries.messages import (
    OPEN,
    changed_messages,
    last_session_end,
    message_of,
    messages_after,
    messages_with_open_reply,
    newest_answered,
    open_reply,
    recent_conversation,
    recent_messages,
    text_of,
    too_old_for_a_reply,
    was_deleted_since,
    wordless_messages,
)
from memories.queries.places import (
    latest_channels,
    latest_decisions,
    names_of_places,
    place_in_words,
    removed_places,
    servers_talked_in,
)
from memories.queries.remembered import (
    current,
    has_elsewhere,
    in_places,
    latest_removal,
    memories_holding,
    memories_of,
    own_memory,
    page_of_memories,
    shared_facts_of,
    texts_of,
    with_texts,
    without_vector_of,
)
from memories.queries.sources import (
    SourceMessage,
    lines_of_summaries,
    source_messages,
)

__all__ = [
    "OPEN",
    "Forgetting",
    "SourceMessage",
    "changed_messages",
    "current",
    "forgotten_since",
    "has_elsewhere",
    "in_places",
    "known_facts",
    "last_session_end",
    "latest_channels",
    "latest_decisions",
    "latest_removal",
    "lines_of_summaries",
    "memories_holding",
    "memories_of",
    "message_of",
    "messages_after",
    "messages_with_open_reply",
    "names_of_places",
    "newest_answered",
    "open_reply",
    "own_memory",
    "page_of_memories",
    "place_in_words",
    "recent_conversation",
    "recent_messages",
    "removed_places",
    "servers_talked_in",
    "shared_facts_of",
    "source_messages",
    "text_of",
    "texts_of",
    "too_old_for_a_reply",
    "was_deleted_since",
    "with_texts",
    "without_vector_of",
    "wordless_messages",
]
