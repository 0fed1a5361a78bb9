from django.db import migrations, models
from django.db.models import Q


def renamed(model, old, new, *, indexes, constraints):
    """Rename a column in place: both engines carry its indexes and constraints along."""
    removed = [migrations.RemoveIndex(model, index.name) for index in indexes]
    removed += [migrations.RemoveConstraint(model, one.name) for one in constraints]
    added = [migrations.AddIndex(model, index) for index in indexes]
    added += [migrations.AddConstraint(model, one) for one in constraints]
    rename = migrations.RenameField(model, old, new)
    return migrations.SeparateDatabaseAndState([rename], [*removed, rename, *added])


class Migration(migrations.Migration):

    dependencies = [("memories", "0007_defaults_in_the_database")]

    operations = [
        renamed(
            "memory",
            "owner_id",
            "person_id",
            indexes=[
                models.Index(fields=["person_id", "revision"], name="memory_owner_revision"),
                models.Index(
                    fields=["person_id", "kind", "-said_at"], name="memory_owner_kind_time"
                ),
                models.Index(
                    fields=["guild_id"], condition=Q(person_id=None), name="memory_shared_guild"
                ),
                models.Index(
                    fields=["person_id", "slot"],
                    condition=~Q(slot="") & Q(valid_to=None),
                    name="memory_owner_slot",
                ),
            ],
            constraints=[
                models.UniqueConstraint(
                    fields=["person_id", "origin"],
                    condition=~Q(origin=""),
                    name="memory_once_an_origin",
                ),
                models.CheckConstraint(
                    condition=Q(kind="shared_fact", person_id__isnull=True)
                    | (~Q(kind="shared_fact") & Q(person_id__isnull=False)),
                    name="memory_only_shared_facts_lack_an_owner",
                ),
            ],
        ),
        renamed(
            "message",
            "message_id",
            "platform_id",
            indexes=[],
            constraints=[
                models.UniqueConstraint(fields=["platform", "platform_id"], name="message_once"),
                models.CheckConstraint(
                    condition=Q(platform_id__gte=0, channel_id__gte=0),
                    name="message_ids_positive",
                ),
            ],
        ),
    ]
