"""The only writer of profiles, moods and consent."""

from __future__ import annotations

from profiles.actions.base import (
    ProfileError,
    check_id,
)
from profiles.actions.consent import (
    answer_consent,
    ask_consent,
    choose_level,
    claim_question,
    decide_consent,
    grant_to_local_person,
    notice_consent,
    release_question,
    set_way,
)
from profiles.actions.erasing import (
    drop_derived,
    erase_person,
)
from profiles.actions.people import (
    meet,
    record_emotion,
    rename,
    set_time_zone,
)
from profiles.actions.withdrawing import (
    withdraw,
    withdraw_from_console_log,
)

__all__ = [
    "ProfileError",
    "answer_consent",
    "ask_consent",
    "check_id",
    "choose_level",
    "claim_question",
    "decide_consent",
    "drop_derived",
    "erase_person",
    "grant_to_local_person",
    "meet",
    "notice_consent",
    "record_emotion",
    "release_question",
    "rename",
    "set_time_zone",
    "set_way",
    "withdraw",
    "withdraw_from_console_log",
]
