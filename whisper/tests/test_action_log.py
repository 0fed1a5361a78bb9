"""The action log: who did what about whom, when and why, and nothing that anybody said."""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from unittest.mock import Mock

import pytest
from asgiref.sync import async_to_sync
from django.db import DatabaseError
from django.urls import reverse
from django.utils import timezone

from memories.actions import edit_message, forget, remember
from memories.models import Memory
from memories.tests.factories import draft
from profiles.actions import decide_consent, meet, rename
from profiles.models import Profile, Relationship
from profiles.relationship.actions import forget_moods, set_level
from whisper.action_log import COMPANION, Actor, log
from whisper.action_log.actions import Tally
from whisper.models import ActionEntry
from whisper.personal_data import registry
from whisper.tests.reading import give_reason

ANN, BEN = 410_000_000_000_000_301, 410_000_000_000_000_302
SECRET = "Ann hides her diary under the stairs"

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann():
    decide_consent(ANN, granted=True, source="test")
    meet(ANN, name="Ann", at=timezone.now())
    return Profile.objects.get(person_id=ANN)


def last() -> ActionEntry:
    return ActionEntry.objects.latest("pk")


def test_a_correction_tells_who_what_and_why(ann, admin_user):
    rename(ANN, preferred_name="Annie", actor=Actor.admin(admin_user.pk), reason="She asked.")
    entry = last()
    assert (entry.action, entry.actor_kind, entry.actor_id) == (
        "profile.rename",
        "admin",
        admin_user.pk,
    )
    assert (entry.person_id, entry.reason) == (ANN, "She asked.")
    assert entry.changes == {"preferred_name": ["", "Annie"]}


def test_a_job_deletes_nothing_that_it_can_not_log(ann, monkeypatch):
    monkeypatch.setattr(ActionEntry.objects, "create", Mock(side_effect=DatabaseError))
    tally = Tally("retention.delete", "profiles")
    with pytest.raises(DatabaseError):
        tally.after(lambda: Profile.objects.all().delete()[0])
    assert tally.count == 0
    assert Profile.objects.filter(pk=ann.pk).exists()


def test_what_changes_nothing_is_not_logged(ann):
    before = ActionEntry.objects.count()
    rename(ANN, preferred_name="")
    set_level(ANN, Relationship.STRANGER, reason="none", now=timezone.now())
    forget([], actor=Actor.person(ANN))
    assert ActionEntry.objects.count() == before


def test_a_decision_of_the_person_is_theirs(ann):
    decide_consent(ANN, granted=False, source="test")
    entry = ActionEntry.objects.filter(action="consent.decide").latest("pk")
    assert (entry.actor_kind, entry.actor_id) == ("person", ANN)
    assert entry.changes == {"status": ["granted", "denied"]}


def test_one_entry_tells_of_many_memories_and_of_each_person_apart(ann):
    decide_consent(BEN, granted=True, source="test")
    mine = [remember(draft(SECRET, ANN)).pk, remember(draft("Ann likes tea", ANN)).pk]
    bens = remember(draft("Ben likes tea", BEN)).pk
    forget([*mine, bens], actor=Actor.admin(1), reason="Asked by mail.")
    entries = ActionEntry.objects.filter(action="memory.forget").order_by("person_id")
    assert [(one.person_id, one.count) for one in entries] == [(ANN, 2), (BEN, 1)]


def test_what_somebody_said_is_nowhere_in_it(ann):
    memory = remember(draft(SECRET, ANN), actor=Actor.person(ANN))
    edit_message("discord", 1, text=SECRET, edited_at=timezone.now())
    forget([memory.pk], actor=Actor.person(ANN))
    assert ActionEntry.objects.count() > 2
    for entry in ActionEntry.objects.values():
        assert "diary" not in str(entry)


def test_erasing_a_person_takes_their_entries_along_and_their_id_from_others(ann):
    log("memory.forget", actor=Actor.person(ANN), person_id=BEN)
    log("memory.forget", actor=Actor.admin(1), person_id=ANN)
    async_to_sync(registry.erase_person)(ANN)
    assert not ActionEntry.objects.filter(person_id=ANN).exists()
    assert not ActionEntry.objects.filter(actor_kind="person", actor_id=ANN).exists()
    assert ActionEntry.objects.filter(person_id=BEN).count() == 1


def test_a_person_can_take_their_entries_along(ann):
    found = async_to_sync(registry.export_person)(ANN)["action log"]
    assert [row["action"] for row in found] == ["consent.decide"]
    assert found[0]["person_id"] == str(ANN)


def test_the_console_shows_the_history_of_a_person(ann, admin_client, admin_user):
    forget_moods(ANN, actor=Actor.admin(admin_user.pk), reason="<b>They asked</b>")
    give_reason(admin_client)
    page = admin_client.get(reverse("admin:profiles_profile_history", args=[ann.pk]))
    text = page.content.decode()
    assert "Forgot moods" in text
    assert admin_user.get_username() in text
    assert "&lt;b&gt;They asked&lt;/b&gt;" in text


def test_what_is_done_in_the_console_is_logged_once(ann, admin_client, admin_user):
    memory = remember(draft(SECRET, ANN))
    give_reason(admin_client)
    change = reverse("admin:memories_memory_change", args=[memory.pk])
    admin_client.post(change, {"text": "Ann likes tea"})
    assert not ActionEntry.objects.filter(action="memory.correct").exists()
    admin_client.post(change, {"text": "Ann likes tea", "reason": "She said so."})
    entry = ActionEntry.objects.get(action="memory.correct")
    assert (entry.actor_id, entry.object_id) == (admin_user.pk, str(memory.pk))
    assert entry.reason == "She said so."
    assert Memory.objects.get().text == "Ann likes tea"


# What the companion does with each message by itself (its rows say when and from which message),
# what its jobs do (they log how much it was), what erases a person, and what only reads.
BY_ITSELF: dict[str, set[str]] = {
    "whisper.action_log.actions": {"forget_person", "withdraw"},
    "whisper.imports.actions": {"keep_progress", "finish_run"},
    "whisper.actions": {
        "create_first_admin",
        "delete_expired_sessions",
        "delete_failed_work",
        "delete_old_actions",
        "forget_first_password",
    },
    "profiles.actions.ageing": {"delete_old_moods"},
    "profiles.actions.base": {"check_id"},
    "profiles.actions.consent": {
        "ask_consent",
        "claim_question",
        "grant_to_local_person",
        "notice_consent",
        "release_question",
    },
    "profiles.actions.people": {"meet", "record_emotion"},
    "profiles.actions.erasing": {"drop_derived", "erase_person"},
    "profiles.actions.withdrawing": {"withdraw", "withdraw_from_console_log"},
    "profiles.relationship.actions": {
        "cool_silent",
        "followed_up",
        "keep_personality",
        "relate",
        "settle",
        "show_trust",
    },
    "memories.actions.base": {"clean", "clean_to_keep", "enqueue_embedding", "number"},
    "memories.actions.memories": {"note_recalls", "note_search"},
    "memories.actions.vectors": {"set_vector", "store_embeddings"},
    "memories.actions.facts": {
        "make_current",
        "note_successor",
        "put_sentence",
        "revive",
        "say_again",
        "supersede",
        "supersede_each",
    },
    "memories.actions.messages": {
        "fill_message",
        "keep_decisions",
        "note_hashes",
        "store_message",
        "store_reply_piece",
        "store_trace",
    },
    "memories.actions.places": {"erase_removed", "name_places", "note_removal", "note_return"},
    "memories.actions.replies": {
        "begin_replies",
        "begin_sending",
        "complete_replies",
        "drop_drafts",
        "give_up_replies",
        "note_sent",
        "reopen_reply",
    },
    "memories.actions.withdrawing": {"take_back", "was_withdrawn", "withdraw"},
    "memories.actions.ageing": {
        "delete_old_decisions",
        "delete_old_messages",
        "delete_old_traces",
        "empty_old_imports",
    },
    "memories.actions.others": {"leave_id_out"},
    "memories.actions.erasing": {"drop_derived", "drop_moods", "erase_person", "judge_mood"},
    "memories.actions.forgetting": {
        "destroy_forgotten",
        "drop_feelings",
        "drop_of",
        "drop_quoting",
    },
    "memories.actions.merging": {"kept_first"},
    "memories.imports.chatgpt.actions": {
        "document_of",
        "keep_answers",
        "require_welcome",
        "store_of",
        "take",
        "welcome_person",
    },
    "memories.legacy.actions": {
        "brought_by",
        "consents_of",
        "history_store",
        "leave_runs",
        "note_consents",
        "note_gone",
        "refusals",
        "take",
        "welcome",
    },
    "memories.legacy.audit.actions": {"bring_decisions"},
    "profiles.actions.editing": {"editable"},
    "profiles.legacy.actions": {"bring_consents", "bring_profiles"},
    "whisper.accounts.actions": {"account_of_discord", "log_authenticator"},
    "whisper.daily_counts.actions": {"add", "delete_old_counts"},
    "whisper.outbox.actions": {"enqueue", "enqueue_all", "entry"},
    "whisper.personal_data.actions": {"report_on"},
    "whisper.tasks.actions": {
        "can_be_done_again",
        "claim",
        "drop_old",
        "fail",
        "finish",
        "forget_person",
        "give_back",
        "hold",
        "renew",
        "settle_those_left",
        "tell",
    },
    "whisper.tokens.actions": {"delete_old_tokens", "forget_tokens", "note_use"},
    "botrunner.conversation.actions.asked": {
        "introduce",
        "remember_earlier",
        "remember_history",
        "remember_message",
    },
    "botrunner.conversation.actions.describing": {"describe", "scores_of"},
    "botrunner.conversation.actions.receiving": {"claim_due", "receive_all", "store_all"},
    "botrunner.conversation.actions.replying": {"begin_sending", "store_reply"},
    "botrunner.conversation.actions.starting": {"forget_fresh_starts"},
    "botrunner.follow_ups.actions": {"ask_due", "forget_follow_ups"},
    "botrunner.personas.actions": {"forget_own"},
    "botrunner.reminders.actions": {
        "delete_old",
        "drop_of_message",
        "erase_person",
        "follow_message",
        "note_failed",
        "note_sent",
    },
    "botrunner.servers.actions": {
        "begin_reply",
        "begin_welcome",
        "delete_lifted_blocks",
        "delete_old_days",
        "note_tokens",
    },
}


def action_modules() -> Iterator[str]:
    """Yield each module that changes rows: `actions`, or in a package of that name."""
    for app in ("whisper", "profiles", "memories", "botrunner"):
        package = import_module(app)
        for found in pkgutil.walk_packages(package.__path__, f"{app}."):
            parts = found.name.split(".")
            if "actions" in parts and "tests" not in parts:
                yield found.name


@pytest.mark.parametrize("module", [*action_modules()])
def test_each_action_that_somebody_decides_takes_who_and_why(module):
    found = {
        name: inspect.signature(function).parameters
        for name, function in inspect.getmembers(import_module(module), inspect.isfunction)
        if function.__module__ == module and not name.startswith("_")
    }
    lacking = {name for name, takes in found.items() if not {"actor", "reason"} <= set(takes)}
    assert lacking == BY_ITSELF.get(module, set())


def test_what_changes_rows_by_itself_is_still_there():
    assert BY_ITSELF.keys() <= set(action_modules())


def test_the_companion_is_nobody_in_particular():
    entry = log("memory.forget", actor=COMPANION, person_id=ANN)
    assert entry is not None
    assert (entry.actor_kind, entry.actor_id) == ("companion", None)
