"""The only writer of messages, memories and traces."""

from __future__ import annotations

from memories.actions.base import (
    EMBED,
    FACTS,
    FEEL,
    FORGOTTEN,
    JUDGE_MOOD,
    NAME_SLOTS,
    PREFERRED_NAME,
    SUMMARY,
    clean,
    clean_to_keep,
)
from memories.actions.erasing import (
    drop_derived,
    drop_moods,
    erase_person,
    judge_mood,
)
from memories.actions.facts import (
    end_fact,
    note_successor,
    revive,
)
from memories.actions.memories import (
    MemoryDraft,
    approve,
    change_text,
    forget,
    in_batches,
    note_recalls,
    note_search,
    pin,
    remember,
    remember_all,
    store_embeddings,
    unpin,
)
from memories.actions.merging import MergeError, kept_first, merge, replace_older
from memories.actions.messages import (
    DECISIONS,
    Said,
    delete_message,
    edit_message,
    fill_message,
    keep_decisions,
    store_message,
    store_trace,
)
from memories.actions.others import leave_id_out
from memories.actions.places import (
    NamedPlace,
    erase_removed,
    name_places,
    note_removal,
    note_return,
)
from memories.actions.replies import (
    begin_replies,
    begin_sending,
    complete_replies,
    give_up_replies,
    note_sent,
)
from memories.actions.withdrawing import (
    was_withdrawn,
    withdraw,
)

__all__ = [
    "DECISIONS",
    "EMBED",
    "FACTS",
    "FEEL",
    "FORGOTTEN",
    "JUDGE_MOOD",
    "NAME_SLOTS",
    "PREFERRED_NAME",
    "SUMMARY",
    "MemoryDraft",
    "MergeError",
    "NamedPlace",
    "Said",
    "approve",
    "begin_replies",
    "begin_sending",
    "change_text",
    "clean",
    "clean_to_keep",
    "complete_replies",
    "delete_message",
    "drop_derived",
    "drop_moods",
    "edit_message",
    "end_fact",
    "erase_person",
    "erase_removed",
    "fill_message",
    "forget",
    "give_up_replies",
    "in_batches",
    "judge_mood",
    "keep_decisions",
    "kept_first",
    "leave_id_out",
    "merge",
    "name_places",
    "note_recalls",
    "note_removal",
    "note_return",
    "note_search",
    "note_sent",
    "note_successor",
    "pin",
    "remember",
    "remember_all",
    "replace_older",
    "revive",
    "store_embeddings",
    "store_message",
    "store_trace",
    "unpin",
    "was_withdrawn",
    "withdraw",
]
