"""Tests of the audit of reading: who may, why they do, and what the action log keeps of it."""

from __future__ import annotations

import ast
import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission, User
from django.urls import reverse
from django.utils import timezone

from memories.actions import remember
from memories.models import Memory, Message, ReplyTrace
from memories.tests.factories import ANN, BEN, draft
from profiles.actions import decide_consent, meet, record_emotion, rename
from profiles.models import Consent, Emotion, EmotionRecord, Profile
from whisper.action_log import Actor, log
from whisper.console import reading
from whisper.models import ActionEntry
from whisper.tests.reading import REASON, give_reason, let_read

pytestmark = [pytest.mark.django_db, pytest.mark.heavy]
APPS = ("whisper", "profiles", "memories", "botrunner")
SECRET = "Ann has a secret garden"
LISTS = ["memories_message", "memories_memory", "memories_replytrace", "profiles_emotionrecord"]
PAGES = [
    *(f"{name}_changelist" for name in LISTS),
    "memories_placedecision_changelist",
    "memories_memory_search",
    "memories_memory_figures",
]


@pytest.fixture(autouse=True)
def _said():
    """Let Ann and Ben have said and felt something."""
    for person_id, name in ((ANN, "Ann"), (BEN, "Ben")):
        decide_consent(person_id, granted=True, source="test")
        meet(person_id, name=name, at=timezone.now())
    message = Message.objects.create(
        platform="discord",
        platform_id=1,
        channel_id=1,
        place="direct",
        person_id=ANN,
        author_name="Ann",
        text=SECRET,
        sent_at=timezone.now(),
    )
    remember(draft(SECRET, ANN))
    ReplyTrace.objects.create(message=message, person_id=ANN, prompt=[], recalled=[])
    record_emotion(
        ANN,
        emotion=Emotion.HAPPY,
        scores={"joy": 0.8},
        intensity=0.8,
        confidence=0.8,
        valence=0.5,
        triggers=["garden"],
        source_message_id=1,
        model="test",
        felt_at=timezone.now(),
    )


@pytest.fixture
def cleo(client):
    """A member of staff with the right to see every table, and not to read what is private."""
    cleo = User.objects.create_user("cleo", is_staff=True)
    cleo.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client.force_login(cleo)
    return cleo


def rows():
    """Return a row of Ann's of each kind, by the name of its page."""
    return {
        "memories_message": Message.objects.get(),
        "memories_memory": Memory.objects.get(),
        "memories_replytrace": ReplyTrace.objects.get(),
        "profiles_emotionrecord": EmotionRecord.objects.get(),
        "profiles_profile": Profile.objects.get(person_id=ANN),
    }


def row_page(name):
    return reverse(f"admin:{name}_change", args=[rows()[name].pk])


def readings():
    entries = ActionEntry.objects.filter(action__startswith="read.").order_by("pk")
    return [(one.action, one.person_id, one.count, one.reason) for one in entries]


@pytest.mark.heavy
@pytest.mark.parametrize("page", PAGES)
def test_a_right_of_its_own_opens_private_lists(client, cleo, page):
    assert client.get(reverse(f"admin:{page}")).status_code == 403
    let_read(cleo)
    assert client.get(reverse(f"admin:{page}")).status_code == 200


@pytest.mark.parametrize("name", [*LISTS, "profiles_profile"])
def test_a_right_of_its_own_opens_private_rows(client, cleo, name):
    shown = client.get(row_page(name))
    assert shown.status_code in (302, 403)
    assert SECRET not in shown.content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_nothing_private_is_shown_before_a_reason_is_given(admin_client, page):
    shown = admin_client.get(reverse(f"admin:{page}")).content.decode()
    assert "reading_reason" in shown
    assert SECRET not in shown
    assert admin_client.post(reverse(f"admin:{page}"), {"reading_reason": "  "}).status_code == 200
    assert readings() == []


@pytest.mark.parametrize("name", LISTS)
def test_a_list_leaves_a_line_for_each_person_that_it_shows(admin_client, name):
    remember(draft("Ben has one too", BEN))
    give_reason(admin_client)
    admin_client.get(reverse(f"admin:{name}_changelist"))
    what = f"read.{name.partition('_')[2]}"
    expected = [(what, ANN, 1, REASON)]
    if name == "memories_memory":
        expected.append((what, BEN, 1, REASON))
    assert sorted(readings()) == expected


@pytest.mark.heavy
@pytest.mark.parametrize("name", [*LISTS, "profiles_profile"])
def test_a_row_asks_for_a_reason_and_leaves_a_line(admin_client, name):
    url = row_page(name)
    assert "reading_reason" in admin_client.get(url).content.decode()
    shown = admin_client.post(url, {"reading_reason": REASON}, follow=True)
    assert "reading_reason" not in shown.content.decode()
    entry = ActionEntry.objects.get(action__startswith="read.")
    assert (entry.person_id, entry.reason) == (ANN, REASON)
    assert entry.object_id == str(rows()[name].pk)


HISTORIES = ["profiles_profile", "profiles_consent", "memories_memory"]


def history_of(name):
    row = Consent.objects.get(person_id=ANN) if name == "profiles_consent" else rows()[name]
    return reverse(f"admin:{name}_history", args=[row.pk])


@pytest.fixture
def _changed():
    """Let an admin have changed Ann's name and a memory of hers."""
    rename(ANN, preferred_name="Annabel", actor=Actor.admin(1), reason="She asked.")
    memory = Memory.objects.get()
    changes = {"category": ("work", "hobby")}
    log("memory.change", actor=Actor.admin(1), person_id=ANN, on=memory, changes=changes)


@pytest.mark.heavy
@pytest.mark.usefixtures("_changed")
@pytest.mark.parametrize("name", HISTORIES)
def test_values_in_a_history_ask_for_a_reason_and_leave_a_line(admin_client, name):
    page, value = history_of(name), "hobby" if name == "memories_memory" else "Annabel"
    asked = admin_client.get(page).content.decode()
    assert "reading_reason" in asked
    assert value not in asked
    assert (
        value in admin_client.post(page, {"reading_reason": REASON}, follow=True).content.decode()
    )
    entry = ActionEntry.objects.get(action="read.history")
    assert (entry.person_id, entry.reason) == (ANN, REASON)


@pytest.mark.usefixtures("_changed")
def test_who_may_not_read_sees_in_a_history_which_fields_changed(client, cleo):
    shown = client.get(history_of("profiles_consent")).content.decode()
    assert "Preferred name changed" in shown
    assert "Annabel" not in shown
    assert readings() == []


@pytest.mark.parametrize(
    "asked", ["emotion_state__summary__contains=a", "personality__isnull=0", "preferences__a=b"]
)
def test_the_list_of_people_can_t_be_narrowed_by_what_a_row_alone_shows(client, cleo, asked):
    page = reverse("admin:profiles_profile_changelist")
    assert client.get(f"{page}?relationship_level__exact=stranger").status_code == 200
    assert client.get(f"{page}?{asked}").status_code == 400


def test_a_reason_holds_for_one_person_and_for_a_while(admin_client, monkeypatch):
    message = row_page("memories_message")
    admin_client.post(row_page("memories_memory"), {"reading_reason": REASON})
    assert "reading_reason" not in admin_client.get(message).content.decode()
    of_ben = remember(draft("Ben has one too", BEN))
    url = reverse("admin:memories_memory_change", args=[of_ben.pk])
    assert "reading_reason" in admin_client.get(url).content.decode()
    later = timezone.now() + reading.KEPT + timedelta(seconds=1)
    monkeypatch.setattr("whisper.console.reading.timezone.now", lambda: later)
    assert "reading_reason" in admin_client.get(message).content.decode()


def test_a_reason_for_everybody_covers_each_person(admin_client):
    give_reason(admin_client)
    assert "reading_reason" not in admin_client.get(row_page("memories_memory")).content.decode()


def test_a_correction_that_needs_a_reason_is_not_lost(admin_client):
    given = {"text": "Ann has a garden", "reason": "She said so."}
    asked = admin_client.post(row_page("memories_memory"), given)
    assert Memory.objects.get().text == SECRET
    hidden = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', asked.content.decode())
    fields = {name: value for name, value in hidden if name != "csrfmiddlewaretoken"}
    admin_client.post(row_page("memories_memory"), fields | {"reading_reason": REASON})
    assert Memory.objects.get().text == "Ann has a garden"


@pytest.mark.parametrize("name", [*LISTS[:3], "profiles_profile"])
def test_words_that_were_looked_for_stay_out_of_addresses(admin_client, name):
    give_reason(admin_client)
    words = "Ann" if name == "profiles_profile" else "secret"
    url = reverse(f"admin:{name}_changelist")
    assert '<form id="changelist-search" method="post"' in admin_client.get(url).content.decode()
    answer = admin_client.post(url, {"sought": words, "o": "1"})
    assert words not in answer.url
    assert "o=1" in answer.url
    shown = admin_client.get(answer.url)
    assert len(shown.context["cl"].result_list) == 1
    assert f'value="{words}"' in shown.content.decode()


def test_a_number_is_looked_for_as_it_is(admin_client):
    url = reverse("admin:profiles_profile_changelist")
    assert admin_client.post(url, {"sought": f" {ANN} "}).url == f"{url}?q={ANN}"


def test_a_search_leaves_a_line_for_each_person_found(admin_client):
    give_reason(admin_client)
    asked = {"text": "garden", "mode": "words"}
    admin_client.post(reverse("admin:memories_memory_search"), asked)
    assert readings() == [("read.search", ANN, 1, REASON)]


def test_a_persons_figures_leave_a_line(admin_client):
    give_reason(admin_client)
    admin_client.get(reverse("admin:memories_memory_figures") + f"?person={ANN}")
    assert readings() == [("read.figures", ANN, 1, REASON)]


def test_the_navigation_leads_nobody_to_what_they_may_not_read(client, cleo):
    link = reverse("admin:memories_message_changelist")
    menu = client.get(reverse("admin:index"))
    assert not any(
        item["link"] == link
        for group in menu.context["sidebar_navigation"]
        for item in group["items"]
        if item["has_permission"]
    )


def calls_of(function):
    """Return the names of the functions that a function calls."""
    calls = (node.func for node in ast.walk(function) if isinstance(node, ast.Call))
    return {one.id for one in calls if isinstance(one, ast.Name)}


def functions_that_ask():
    """Return every function that asks for a reason, with what it and its helpers call."""
    files = [file for app in APPS for file in (settings.BASE_DIR / app).rglob("*.py")]
    for file in files:
        if "tests" in file.parts or file.name == "reading.py":
            continue
        tree = ast.walk(ast.parse(file.read_text()))
        calls = {one.name: calls_of(one) for one in tree if isinstance(one, ast.FunctionDef)}
        for name, called in calls.items():
            if "require_reason" in called:
                helped = [calls[helper] for helper in called & calls.keys()]
                yield f"{file.parent.name}: {name}", called.union(*helped)


@pytest.mark.heavy
def test_each_page_that_asks_for_a_reason_logs_what_was_read():
    found = dict(functions_that_ask())
    assert len(found) >= 6
    # What Live shows comes over its socket, which logs what it sent.
    unlogged = {name for name, calls in found.items() if not calls & {"note_reading", "log"}}
    assert unlogged == {"live: live"}
