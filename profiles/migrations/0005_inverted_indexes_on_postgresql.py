"""Index what JSON columns hold, where the database has inverted indexes.

Django's state is not told of them: on SQLite it would make a plain index of the whole text of each
row, which no query can use.
"""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations

INDEXES = (
    ("EmotionRecord", GinIndex(fields=["scores"], name="emotion_record_scores")),
    ("Profile", GinIndex(fields=["trust_indicators"], name="profile_trust_indicators")),
)


def add(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for model, index in INDEXES:
            schema_editor.add_index(apps.get_model("profiles", model), index)


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for model, index in INDEXES:
            schema_editor.remove_index(apps.get_model("profiles", model), index)


class Migration(migrations.Migration):

    dependencies = [
        ("profiles", "0004_follow_ups_and_indexes"),
    ]

    operations = [
        migrations.RunPython(add, remove),
    ]
