"""Tests of the console's search of memories and of the page of one."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from html import unescape
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from botrunner.console.memories import views
from botrunner.demo.world import SERVERS
from memories.actions import change_text, forget, put_aside
from memories.models import Memory, Place
from whisper.action_log import command
from whisper.admin import acting
from whisper.models import ActionEntry

pytestmark = pytest.mark.heavy

MEMORIES = reverse("console:memories")
FORGET = reverse("console:memories_chosen", args=["forget"])
REPLACE = reverse("console:memories_chosen", args=["replace"])
MERGE = reverse("console:memories_chosen", args=["merge"])
APPROVE = reverse("console:memories_chosen", args=["approve"])


def search(client, **given):
    response = client.post(MEMORIES, given)
    assert response.status_code == 200
    return response


def texts(response):
    return [row.memory.text for row in response.context["found"].rows]


def page_of(memory):
    return reverse("console:memory", args=[memory.pk])


def memory_of(person, text, days_ago):
    said_at = timezone.now() - timedelta(days=days_ago)
    return Memory.objects.create(
        person_id=person.person_id,
        kind=Memory.Kind.USER_FACT,
        place=Place.DIRECT,
        text=text,
        said_at=said_at,
        valid_from=said_at,
    )


@pytest.fixture
def home(admin, dario):
    """Return what is known of where Dario lives."""
    return Memory.objects.get(person_id=dario.person_id, predicate="home", valid_to=None)


def test_without_words_the_newest_come_first(admin):
    rows = admin.get(MEMORIES).context["found"].rows
    said = [row.memory.said_at for row in rows]
    assert said
    assert said == sorted(said, reverse=True)


def test_words_are_found_marked_and_with_the_name_of_their_person(admin, home):
    response = search(admin, text=home.value, mode="words", who="Dario", kind="user_fact")
    row = next(row for row in response.context["found"].rows if row.memory == home)
    assert (home.value, True) in row.pieces
    assert row.name == "Dario"
    assert f"<mark>{home.value}</mark>" in response.content.decode()


def test_a_phrase_and_a_typo_find_their_memory(admin, home):
    typo = home.value[:-1] + "x" if len(home.value) > 5 else f"{home.value}x"
    assert home.text in texts(search(admin, text=home.text[:-1], mode="phrase", who="Dario"))
    assert home.text in texts(search(admin, text=typo, mode="fuzzy", who="Dario", kind="user_fact"))


def test_memories_are_narrowed_by_server_and_channel_name(admin):
    channel = SERVERS[0].channels[0]
    shown = search(admin, where=f"channel:{channel.id}").context["found"].rows
    assert {row.memory.channel_id for row in shown} == {channel.id}
    shown = search(admin, where=f"server:{SERVERS[2].id}").context["found"].rows
    assert {row.memory.guild_id for row in shown} == {SERVERS[2].id}


def test_the_next_page_goes_on_where_the_first_ended(admin):
    first = search(admin)
    second = search(admin, cursor=first.context["found"].page.next_cursor)
    assert not {row.memory.pk for row in first.context["found"].rows} & {
        row.memory.pk for row in second.context["found"].rows
    }


@pytest.mark.parametrize(
    "odd",
    [
        {"text": "x" * 50_000},
        {"who": "nobody of this name"},
        {"who": "9" * 60},
        {"where": "server:x"},
        {"mode": "telepathy"},
        {"since": "tomorrow"},
        {"cursor": "forged"},
        {"text": "\x00"},
        {"since": "2026-02-01", "until": "2026-01-01"},
    ],
)
def test_bad_input_is_refused_in_words(admin, odd):
    assert b'role="alert"' in search(admin, **odd).content


def test_markup_in_a_memory_is_text(admin, home):
    Memory.objects.filter(pk=home.pk).update(text="<script>alert(1)</script> says home")
    for response in (
        search(admin, text="home", mode="words", who="Dario"),
        admin.get(page_of(home)),
    ):
        assert "<script>alert" not in response.content.decode()


def test_a_memory_shows_its_source_among_what_was_said_around_it(admin, home):
    response = admin.get(page_of(home))
    source = home.sources.get()
    assert response.context["source"] == source
    assert source in response.context["around"]
    sent = [message.sent_at for message in response.context["around"]]
    assert sent == sorted(sent)


def test_a_correction_wants_a_reason_and_stands_in_the_history(admin, home):
    given = {"text": "They live on a boat.", "revision": home.revision}
    assert "Write a short reason" in admin.post(page_of(home), given).content.decode()
    admin.post(page_of(home), {**given, "reason": "They moved."})
    home.refresh_from_db()
    assert home.text == "They live on a boat."
    history = admin.get(page_of(home)).context["entries"]
    assert ("memory.correct", "They moved.") in [
        (entry.action, entry.reason) for entry, _ in history
    ]


def test_what_another_admin_wrote_meanwhile_is_not_overwritten(admin, home):
    given = {"text": "They live on a boat.", "revision": home.revision, "reason": "x"}
    Memory.objects.filter(pk=home.pk).update(text="They live abroad.", revision=home.revision + 1)
    response = admin.post(page_of(home), given)
    assert "They live abroad." in response.content.decode()
    home.refresh_from_db()
    assert home.text == "They live abroad."


def test_what_another_admin_saves_at_the_same_time_is_not_overwritten(admin, home, monkeypatch):
    given = {"text": "They live on a boat.", "revision": home.revision, "reason": "x"}

    def acting_late(request):
        change_text(home, "They live abroad.", actor=command(), reason="x")
        return acting(request)

    monkeypatch.setattr(views, "acting", acting_late)
    page = admin.post(page_of(home), given).content.decode()
    assert "Somebody else changed it meanwhile to: “They live abroad.”" in page
    home.refresh_from_db()
    assert home.text == "They live abroad."


def test_a_memory_that_is_forgotten_while_it_is_saved_is_not_found(admin, home, monkeypatch):
    given = {"text": "They live on a boat.", "revision": home.revision, "reason": "x"}

    def acting_late(request):
        forget([home.pk])
        return acting(request)

    monkeypatch.setattr(views, "acting", acting_late)
    assert admin.post(page_of(home), given).status_code == 404


def opened(admin, memory, **changes):
    """Return what the form of a memory sends once some of it was changed."""
    form = admin.get(page_of(memory)).context["form"]
    given = {field.html_name: field.value() for field in form if field.value() is not None}
    return {**given, "reason": "They said so.", **changes}


def test_the_theme_and_the_days_of_a_fact_are_corrected_with_a_reason(admin, home):
    given = opened(admin, home, category="other", since="2020-02-03")
    assert admin.post(page_of(home), given).status_code == 302
    before, text = home.valid_from, home.text
    home.refresh_from_db()
    assert (home.category, localdate(home.valid_from)) == ("other", date(2020, 2, 3))
    assert (home.valid_to, home.text) == (None, text)
    entry = ActionEntry.objects.get(action="memory.change", object_id=str(home.pk))
    assert entry.reason == "They said so."
    assert entry.changes["category"] == ["home", "other"]
    assert entry.changes["valid_from"] == [str(before), str(home.valid_from)]


def test_a_fact_ends_on_a_day_and_holds_again_without_it(admin, home):
    yesterday = localdate() - timedelta(days=1)
    admin.post(page_of(home), opened(admin, home, until=yesterday.isoformat()))
    home.refresh_from_db()
    assert (home.ending, localdate(home.valid_to)) == ("over", yesterday)
    assert "until" in home.text
    admin.post(page_of(home), opened(admin, home, until=""))
    home.refresh_from_db()
    assert (home.ending, home.valid_to) == ("", None)
    assert "until" not in home.text


def test_the_words_of_a_fact_and_its_end_are_corrected_at_once(admin, home):
    yesterday = localdate() - timedelta(days=1)
    given = opened(admin, home, text="They live on a boat.", until=yesterday.isoformat())
    admin.post(page_of(home), given)
    home.refresh_from_db()
    assert home.text == "They live on a boat."
    assert (home.ending, localdate(home.valid_to)) == ("over", yesterday)


def test_a_fact_that_another_replaced_is_not_made_true_beside_it(admin):
    replaced = Memory.objects.exclude(superseded_by=None)[0]
    response = admin.post(page_of(replaced), opened(admin, replaced, until=""))
    assert "Another fact took its place" in response.content.decode()
    assert Memory.objects.get(pk=replaced.pk).valid_to == replaced.valid_to


def test_a_fact_cannot_end_before_it_begins(admin, home):
    given = opened(admin, home, since="2024-05-06", until="2024-05-05", text="They live on a boat.")
    assert "end before it begins" in admin.post(page_of(home), given).content.decode()
    kept = Memory.objects.get(pk=home.pk)
    assert (kept.valid_from, kept.valid_to, kept.text) == (home.valid_from, None, home.text)


@pytest.mark.parametrize(("until", "kept"), [("2024-05-06", True), ("2024-05-05", False)])
def test_days_are_compared_in_local_time(admin, home, until, kept):
    berlin = ZoneInfo("Europe/Berlin")
    began = datetime(2024, 5, 6, 0, 30, tzinfo=berlin)
    Memory.objects.filter(pk=home.pk).update(valid_from=began)
    with timezone.override(berlin):
        page = admin.post(page_of(home), opened(admin, home, until=until)).content.decode()
    home.refresh_from_db()
    assert ("end before it begins" in page) is not kept
    assert (home.valid_from, home.valid_to) == (began, began if kept else None)


def test_days_that_another_admin_changed_meanwhile_are_not_overwritten(admin, home):
    given = opened(admin, home, until="2026-01-01")
    admin.post(page_of(home), opened(admin, home, since="2020-02-03"))
    page = admin.post(page_of(home), given).content.decode()
    assert "true since 3 February 2020" in page
    assert Memory.objects.get(pk=home.pk).valid_to is None


def test_chosen_memories_are_shown_before_they_are_forgotten_with_a_reason(admin, dario):
    chosen = list(Memory.objects.filter(person_id=dario.person_id)[:3])
    given = {"chosen": [str(one.pk) for one in chosen]}
    preview = admin.post(FORGET, given)
    assert preview.context["count"] == 3
    assert all(one.text.replace("'", "&#x27;") in preview.content.decode() for one in chosen)
    admin.post(FORGET, {**given, "reason": " "})
    assert Memory.objects.filter(pk__in=given["chosen"]).count() == 3
    admin.post(FORGET, {**given, "reason": "Said twice."})
    assert not Memory.objects.filter(pk__in=given["chosen"]).exists()
    assert ActionEntry.objects.filter(action="memory.forget", reason="Said twice.").exists()


def test_what_was_forgotten_is_listed_and_brought_back_with_a_reason(admin, dario):
    chosen = list(Memory.objects.filter(person_id=dario.person_id)[:3])
    given = {"chosen": [str(one.pk) for one in chosen], "reason": "Said twice."}
    shown = admin.post(FORGET, given, follow=True)
    row, *_ = shown.context["rows"]
    assert (row.what.count, row.what.reason, row.by) == (3, "Said twice.", "admin")
    assert "Dario" in shown.content.decode()
    undo = reverse("console:undo_forgetting", args=[row.what.batch])
    assert "Write a short reason" in admin.post(undo, {"reason": " "}).content.decode()
    assert not Memory.objects.filter(pk__in=given["chosen"]).exists()
    shown = admin.post(undo, {"reason": "Wrong ones."}, follow=True)
    assert "Brought back: 3." in shown.content.decode()
    assert Memory.objects.filter(pk__in=given["chosen"]).count() == 3
    assert ActionEntry.objects.filter(action="memory.bring_back", reason="Wrong ones.").exists()


def test_what_the_command_line_forgot_says_so(admin, dario):
    chosen = Memory.objects.filter(person_id=dario.person_id).values_list("pk", flat=True)[:1]
    put_aside(chosen, actor=command(), reason="Said twice.")
    row, *_ = admin.get(reverse("console:forgotten")).context["rows"]
    assert row.by == "the command line"


def test_an_undo_of_what_is_gone_says_so(admin):
    undo = reverse("console:undo_forgetting", args=[uuid4()])
    shown = admin.post(undo, {"reason": "x"}, follow=True)
    assert "gone for good" in shown.content.decode()


def test_memories_that_say_the_same_are_merged_after_a_look_at_which_stays(admin, dario):
    rows = Memory.objects.filter(
        person_id=dario.person_id, kind=Memory.Kind.CONVERSATION, place=Place.DIRECT, hidden=False
    )
    later, earlier = rows.order_by("-said_at")[:2]
    given = {"chosen": [str(earlier.pk), str(later.pk)]}
    assert list(admin.post(MERGE, given).context["rows"]) == [later, earlier]
    admin.post(MERGE, {**given, "reason": "Said twice."})
    assert list(Memory.objects.filter(pk__in=given["chosen"])) == [later]
    entry = ActionEntry.objects.get(action="memory.merge", reason="Said twice.")
    assert entry.object_id == str(later.pk)


def test_the_latest_fact_takes_the_place_of_another_with_a_reason(admin, home):
    facts = Memory.objects.filter(person_id=home.person_id, kind=home.kind, place=home.place)
    other = facts.filter(guild_id=home.guild_id, valid_to=None).exclude(pk=home.pk)[0]
    Memory.objects.filter(pk=other.pk).update(said_at=home.said_at - timedelta(days=1))
    given = {"chosen": [str(other.pk), str(home.pk)]}
    assert list(admin.post(REPLACE, given).context["rows"]) == [home, other]
    admin.post(REPLACE, {**given, "reason": "They moved."})
    other.refresh_from_db()
    assert (other.superseded_by, other.ending) == (home, Memory.Ending.REPLACED)
    assert ActionEntry.objects.filter(action="memory.end", reason="They moved.").exists()


def test_what_two_people_said_is_not_merged_and_the_page_says_why(admin):
    one, *_ = rows = Memory.objects.filter(kind=Memory.Kind.CONVERSATION, hidden=False)
    given = {"chosen": [str(one.pk), str(rows.exclude(person_id=one.person_id)[0].pk)]}
    response = admin.post(MERGE, {**given, "reason": "Said twice."})
    assert "Only memories of the same person" in response.content.decode()
    assert Memory.objects.filter(pk__in=given["chosen"]).count() == 2


def test_hidden_memories_are_approved(admin):
    hidden = Memory.objects.filter(hidden=True)[0]
    admin.post(APPROVE, {"chosen": str(hidden.pk), "reason": "It is true."})
    hidden.refresh_from_db()
    assert not hidden.hidden


def test_a_memory_is_pinned_and_unpinned_with_a_reason(admin, home):
    for does, pinned in (("pin", True), ("unpin", False)):
        address = reverse("console:memories_chosen", args=[does])
        admin.post(address, {"chosen": str(home.pk), "reason": "It matters."})
        home.refresh_from_db()
        assert home.pinned is pinned
        assert ActionEntry.objects.filter(action=f"memory.{does}", reason="It matters.").exists()


@pytest.mark.parametrize("chosen", [[], ["x"], ["\x00"], [str(uuid4())], ["9" * 5000]])
def test_choosing_nothing_that_exists_changes_nothing(admin, chosen):
    before = Memory.objects.count()
    assert admin.post(FORGET, {"chosen": chosen, "reason": "x"}).status_code in (200, 302)
    assert Memory.objects.count() == before


def test_a_memory_that_is_gone_is_not_found(admin):
    assert admin.get(reverse("console:memory", args=[uuid4()])).status_code == 404


def test_who_may_not_read_what_is_private_sees_none_of_it(viewer):
    memory = Memory.objects.all()[0]
    assert viewer.get(MEMORIES).status_code == 403
    assert viewer.get(page_of(memory)).status_code == 403
    assert viewer.post(FORGET, {"chosen": str(memory.pk), "reason": "x"}).status_code == 403


def test_filters_that_are_set_are_said_in_sight(admin):
    page = search(admin, who="Dario", kind="user_fact", since="2026-01-31").content.decode()
    for said in ("Person: <bdi>Dario</bdi>", "Kind: <bdi>fact", "Said since: <bdi>2026-01-31"):
        assert said in page
    assert f'<a href="{MEMORIES}">Clear</a>' in page
    assert "Clear</a>" not in admin.get(MEMORIES).content.decode()


def test_two_memories_stand_beside_each_other_and_either_may_stay(admin, dario):
    older, newer = (
        memory_of(dario, text, days_ago)
        for text, days_ago in (
            ("Takes the slow train to Settle because of the viaduct.", 3),
            ("Takes the fast train to Settle, because of the viaduct", 1),
        )
    )
    chosen = [str(older.pk), str(newer.pk)]
    page = admin.post(MERGE, {"chosen": chosen}).content.decode()
    assert "Takes the <mark>slow </mark>train to Settle because" in page
    assert "Takes the <mark>fast </mark>train to Settle, because" in page
    admin.post(MERGE, {"chosen": chosen, "keep": str(older.pk), "reason": "Said twice."})
    assert list(Memory.objects.filter(pk__in=chosen)) == [older]


@pytest.mark.parametrize("keep", ["", "no id", "0" * 32])
def test_what_stays_by_an_odd_choice_is_the_latest(admin, dario, keep):
    older, newer = memory_of(dario, "Likes tea", 3), memory_of(dario, "Likes tea a lot", 1)
    given = {"chosen": [str(older.pk), str(newer.pk)], "keep": keep, "reason": "Said twice."}
    admin.post(MERGE, given)
    assert list(Memory.objects.filter(pk__in=[older.pk, newer.pk])) == [newer]


def test_texts_far_too_long_to_compare_are_shown_whole(admin, dario):
    texts = ["a b " * 12_000 + "end", "b a " * 12_000 + "end"]
    chosen = [str(memory_of(dario, text, 1).pk) for text in texts]
    page = admin.post(MERGE, {"chosen": chosen}).content.decode()
    assert page.count("end</bdi>") == 2


def rows_of_the_table(client, response):
    """Return the rows of the table that a page of found memories leads to."""
    base = reverse("admin:memories_memory_changelist")
    (address,) = re.findall(rf'href="({base}[^"]*)"[^>]*>As a table', response.content.decode())
    table = client.get(unescape(address))
    assert table.status_code == 200
    return address, table.context["cl"].queryset


def test_the_table_of_memories_has_the_same_filters(admin, dario):
    given = {"who": "Dario", "kind": "user_fact", "place": Place.DIRECT}
    _, rows = rows_of_the_table(admin, search(admin, **given))
    expected = Memory.objects.filter(
        person_id=dario.person_id, kind="user_fact", place=Place.DIRECT
    )
    assert set(rows) == set(expected) != set()
    _, rows = rows_of_the_table(admin, search(admin, where=f"server:{SERVERS[0].id}"))
    assert {row.guild_id for row in rows} == {SERVERS[0].id}


def test_the_table_of_memories_gets_words_by_number(admin, home):
    found = search(admin, text=home.value, mode="words", who="Dario")
    address, rows = rows_of_the_table(admin, found)
    assert home.value not in address
    assert home in rows
    assert all(home.value in row.text for row in rows)


def test_filters_that_the_table_has_not_lead_to_none(admin):
    assert "As a table" not in search(admin, emotion="sad").content.decode()
