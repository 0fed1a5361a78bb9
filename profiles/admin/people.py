"""People in the console."""

from __future__ import annotations

from typing import Any

from asgiref.sync import async_to_sync
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.safestring import SafeString
from unfold.decorators import display

from profiles.actions import rename
from profiles.admin.history import (
    LEVEL_COLOURS,
    ChangesInline,
    LatelyFilter,
    MoodsInline,
    TrustFilter,
    chart_of,
)
from profiles.admin.names import PeopleByName, link_to
from profiles.drawn import drawn
from profiles.emotions import escalation
from profiles.emotions.state import trend, volatility
from profiles.models import Consent, EmotionRecord, Profile, Relationship
from profiles.personality import SET_BY_HAND
from profiles.relationship.actions import set_level
from whisper.admin import (
    BaseAdmin,
    ReadOnlyAdmin,
    acting,
    change_rows,
    confirmation,
    reason_given,
)
from whisper.console.reading import PrivateRows, may_read_private
from whisper.console.reasons import WithReason
from whisper.personal_data.actions import erase_for, export_for

# A page waits until each of them is erased from every store.
MOST_ERASED = 50


@admin.register(Profile)
class ProfileAdmin(WithReason, PrivateRows, BaseAdmin):
    """Who people are."""

    lists_are_private = False
    said_in_field = ""

    list_display = (
        "__str__",
        "person_id",
        "level",
        "mood",
        "upset",
        "interaction_count",
        "last_interaction",
    )
    list_filter = ("relationship_level", "current_emotion", TrustFilter)
    id_fields = ("person_id",)
    search_fields = ("name", "preferred_name")
    search_help_text = "Search by name or exact Discord id."
    newest = "last_interaction"
    sortable = True
    readonly_fields = (
        "person_id",
        "name",
        "archived",
        "interaction_count",
        "first_interaction",
        "last_interaction",
        "trust",
        "distance_wished_at",
        "follow_up",
        "mood",
        "upset",
        "mood_summary",
        "mood_changes",
        "mood_trend",
        "character",
        "preferences",
    )
    fieldsets = (
        (None, {"fields": ("person_id", "name", "preferred_name", "archived")}),
        (
            "Relationship",
            {
                "fields": (
                    "relationship_level",
                    "interaction_count",
                    "first_interaction",
                    "last_interaction",
                    "trust",
                    "distance_wished_at",
                    "follow_up",
                )
            },
        ),
        ("Mood", {"fields": ("mood", "upset", "mood_summary", "mood_changes", "mood_trend")}),
        ("Personality", {"fields": ("character", "preferences")}),
    )
    history_of_person = True
    inlines = (ChangesInline, MoodsInline)
    actions = ("keep_distance", "end_distance", "clear_trust", "clear_moods", "clear_personality")

    def get_fieldsets(self, request: HttpRequest, obj: Profile | None = None) -> Any:
        """Return the fields; the summary of moods quotes words of all places."""
        shown = super().get_fieldsets(request, obj)
        if may_read_private(request):
            return shown
        return [
            (title, {**part, "fields": [one for one in part["fields"] if one != "mood_summary"]})
            for title, part in shown
        ]

    @display(
        description="relationship",
        ordering="relationship_level",
        label={level.label: colour for level, colour in LEVEL_COLOURS.items()},
    )
    def level(self, profile: Profile) -> str:
        """Return how close they are, as a badge."""
        return str(Relationship(profile.relationship_level).label)

    @display(description="mood", ordering="current_emotion")
    def mood(self, profile: Profile) -> SafeString:
        """Return the current mood, with its mark."""
        return drawn(profile.current_emotion)

    @display(description="upset", ordering="escalation_count", label={"upset": "danger"})
    def upset(self, profile: Profile) -> str:
        """Tell how much distress has piled up and is left."""
        left = escalation.faded(profile.escalation_count, profile.escalated_at, timezone.now())
        return "upset" if left >= escalation.WARNING else f"{left} of {escalation.WARNING}"

    @display(description="summary")
    def mood_summary(self, profile: Profile) -> str:
        """Return the summary in words."""
        return profile.emotion_state.get("summary") or "–"

    @display(description="volatility")
    def mood_changes(self, profile: Profile) -> str:
        """Return how much valence changes from mood to mood."""
        found = volatility(profile.emotion_state, timezone.now())
        return "–" if found is None else f"{found:.2f} (0 is steady, 2 the most volatile)"

    @display(description="trend")
    def mood_trend(self, profile: Profile) -> SafeString | str:
        """Draw how the last two weeks were."""
        return chart_of(trend(profile.emotion_state))

    @display(description="trust shown")
    def trust(self, profile: Profile) -> str:
        """Return the signs of trust."""
        return ", ".join(map(str, profile.trust_indicators)) or "–"

    @display(description="asked for")
    def follow_up(self, profile: Profile) -> str:
        """Return whether they want asked for how something went."""
        if not profile.follow_up_wished:
            return "–"
        at = profile.follow_up_at
        return (
            f"from {timezone.localtime(at):%d %B %Y, %H:%M}" if at else "at the next conversation"
        )

    @display(description="personality")
    def character(self, profile: Profile) -> str:
        """Return what is guessed of their personality."""
        known = [one for one in profile.personality.items() if one[0] != SET_BY_HAND]
        return ", ".join(f"{name}: {value}" for name, value in known if value != "") or "–"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Profile | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Profile, form: Any, change: bool) -> None:
        """Keep what they are called, and a level that was chosen by hand."""
        given: Any = {"actor": acting(request), "reason": form.cleaned_data["reason"]}
        if "preferred_name" in form.changed_data:
            rename(obj.person_id, preferred_name=obj.preferred_name, **given)
        if "relationship_level" in form.changed_data:
            level = Relationship(obj.relationship_level)
            set_level(obj.person_id, level, now=timezone.now(), **given)

    @admin.action(description="Keep distance", permissions=["change"])
    def keep_distance(self, request: HttpRequest, people: QuerySet[Profile]) -> HttpResponse | None:
        """Note that people want less closeness, after a reason was given."""
        warning = "The companion becomes less close: by a level now, by another after a week."
        return self._change(request, people, "keep_distance", "Keep distance", warning)

    @admin.action(description="Stop keeping distance", permissions=["change"])
    def end_distance(self, request: HttpRequest, people: QuerySet[Profile]) -> HttpResponse | None:
        """Note that people no longer want less closeness, after a reason was given."""
        warning = "They can become closer to the companion again."
        return self._change(request, people, "end_distance", "Stop keeping distance", warning)

    @admin.action(description="Forget signs of trust", permissions=["change"])
    def clear_trust(self, request: HttpRequest, people: QuerySet[Profile]) -> HttpResponse | None:
        """Forget what trust people showed, after a reason was given."""
        warning = "What trust they showed is gone for good."
        return self._change(request, people, "forget_trust", "Forget signs of trust", warning)

    @admin.action(description="Forget moods", permissions=["change"])
    def clear_moods(self, request: HttpRequest, people: QuerySet[Profile]) -> HttpResponse | None:
        """Forget how people felt, after a reason was given."""
        warning = "How they felt, in every place, is gone for good."
        return self._change(request, people, "forget_moods", "Forget moods", warning)

    @admin.action(description="Forget personality permanently", permissions=["change"])
    def clear_personality(
        self, request: HttpRequest, people: QuerySet[Profile]
    ) -> HttpResponse | None:
        """Forget what people are like, and guess no more, after a reason was given."""
        warning = "What they are like is gone for good, and is no longer guessed."
        return self._change(request, people, "forget_personality", "Forget personality", warning)

    def _change(
        self,
        request: HttpRequest,
        people: QuerySet[Profile],
        change: str,
        title: str,
        warning: str,
    ) -> HttpResponse | None:
        asked = confirmation(self, request, people, title=title, warning=warning)
        return asked or change_rows(self, request, people, change, "Changed: {count}.")


@admin.register(EmotionRecord)
class EmotionRecordAdmin(PrivateRows, ReadOnlyAdmin):
    """How messages felt."""

    list_display = ("felt_at", "person", "mood", "intensity", "confidence", "model")
    list_select_related = ("profile",)
    list_filter = ("emotion", LatelyFilter)
    id_fields = ("profile__person_id",)
    search_fields = ("profile__name", "profile__preferred_name")
    search_help_text = "Search by name or exact Discord id."
    newest = "felt_at"

    @display(description="person", ordering="profile")
    def person(self, record: EmotionRecord) -> SafeString:
        """Return whose mood it is, with a link to their page."""
        return link_to(record.profile.person_id, str(record.profile))

    @display(description="mood", ordering="emotion")
    def mood(self, record: EmotionRecord) -> SafeString:
        """Return the mood, with its mark."""
        return drawn(record.emotion)

    def person_of(self, row: EmotionRecord) -> int:
        """Return whose mood it is."""
        return row.profile.person_id


@admin.register(Consent)
class ConsentAdmin(PeopleByName, ReadOnlyAdmin):
    """What people said to being remembered."""

    history_of_person = True

    list_display = (
        "person_id",
        "person",
        "standing",
        "level",
        "source",
        "asked_at",
        "decided_at",
        "valid_until",
    )
    list_filter = ("status", "level")
    id_fields = ("person_id",)
    search_fields = ("source",)
    search_help_text = "Search by exact Discord id."
    actions = ("export_person", "erase_people")

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Return whether they may act for a person."""
        return bool(request.user.has_perm("whisper.act_for_person"))

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Return whether they may export a person: the file has all that was said in private."""
        return self.has_operate_permission(request) and may_read_private(request)

    @admin.action(description="Export everything about a person", permissions=["export"])
    def export_person(
        self, request: HttpRequest, consents: QuerySet[Consent]
    ) -> HttpResponse | None:
        """Hand over everything held about one person, after a reason was given."""
        people = list(consents.values_list("person_id", flat=True)[:2])
        if len(people) != 1:
            self.message_user(request, "Choose one person.", messages.ERROR)
            return None
        warning = "You will see everything that this person said in private."
        asked = confirmation(self, request, consents, title="Export", warning=warning)
        if asked is not None:
            return asked
        archive = async_to_sync(export_for)(
            people[0], actor=acting(request), reason=reason_given(request)
        )
        headers = {
            "Content-Disposition": f'attachment; filename="export-{people[0]}.zip"',
            "Cache-Control": "no-store",
        }
        return HttpResponse(archive, content_type="application/zip", headers=headers)

    @admin.action(description="Erase people permanently", permissions=["operate"])
    def erase_people(
        self, request: HttpRequest, consents: QuerySet[Consent]
    ) -> HttpResponse | None:
        """Erase everything held about people, as they do themselves, after a reason was given."""
        people = list(consents.values_list("person_id", flat=True)[: MOST_ERASED + 1])
        if len(people) > MOST_ERASED:
            told = f"Choose at most {MOST_ERASED} people: the page waits until they are erased."
            self.message_user(request, told, messages.ERROR)
            return None
        warning = "Everything about them goes, in every store, and can't be brought back."
        asked = confirmation(self, request, consents, title="Erase", warning=warning)
        if asked is not None:
            return asked
        for person_id in people:
            certificate = async_to_sync(erase_for)(
                person_id, actor=acting(request), reason=reason_given(request)
            )
            level = messages.SUCCESS if certificate.is_complete else messages.ERROR
            self.message_user(request, " ".join(certificate.lines()), level)
        return None
