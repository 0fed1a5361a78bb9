"""How often people came to talk, and on how many days: what a relationship grows with."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations, models

BATCH = 1000


def estimate(apps: Any, schema_editor: Any) -> None:
    """Take people who have talked before to have come as often as their messages and days allow.

    When each message was sent isn't known here. It does nothing for those who were counted.
    """
    people = apps.get_model("profiles", "Profile").objects.using(schema_editor.connection.alias)
    known = people.filter(interaction_count__gt=0, session_count=0).order_by("pk")
    last = 0
    while batch := list(known.filter(pk__gt=last)[:BATCH]):
        for profile in batch:
            first, latest = profile.first_interaction, profile.last_interaction
            days = max((latest - first).days + 1, 1) if first and latest else 1
            profile.session_count = profile.day_count = min(profile.interaction_count, days)
        people.bulk_update(batch, ["session_count", "day_count"])
        last = batch[-1].pk


def estimate_changes(apps: Any, schema_editor: Any) -> None:
    """Let people who cooled earn closeness from now on: sessions of then are those of today."""
    model = apps.get_model("profiles", "RelationshipChange")
    changes = model.objects.using(schema_editor.connection.alias)
    uncounted = changes.filter(session_count=0).select_related("profile").order_by("pk")
    last = 0
    while batch := list(uncounted.filter(pk__gt=last)[:BATCH]):
        for change in batch:
            change.session_count = min(change.interaction_count, change.profile.session_count)
        changes.bulk_update(batch, ["session_count"])
        last = batch[-1].pk


class Migration(migrations.Migration):

    dependencies: ClassVar[list[Any]] = [
        ("profiles", "0008_one_name_for_ids"),
    ]

    operations: ClassVar[list[Any]] = [
        migrations.AddField(
            model_name="profile",
            name="session_count",
            field=models.PositiveIntegerField(db_default=0, default=0, help_text="How often they came to talk; hours lie between."),
        ),
        migrations.AddField(
            model_name="profile",
            name="day_count",
            field=models.PositiveIntegerField(db_default=0, default=0, help_text="On how many days they talked."),
        ),
        migrations.AddField(
            model_name="relationshipchange",
            name="session_count",
            field=models.PositiveIntegerField(db_default=0, default=0, help_text="How often they had come to talk by then."),
        ),
        migrations.AlterField(
            model_name="profile",
            name="interaction_count",
            field=models.PositiveIntegerField(default=0, help_text="Messages of theirs."),
        ),
        migrations.AlterField(
            model_name="relationshipchange",
            name="interaction_count",
            field=models.PositiveIntegerField(db_default=0, default=0, help_text="How many messages they had sent by then."),
        ),
        migrations.RunPython(estimate, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(estimate_changes, migrations.RunPython.noop, elidable=True),
    ]
