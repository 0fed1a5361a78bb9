"""Index the words of memories where the database can: the console searches everybody's.

Django's state is not told of it: SQLite has no such index.
"""

from django.db import migrations

INDEX = "memory_words"
WORDS = "to_tsvector('simple', translate(text || ' ' || context, './@_:<>&+~-=#', '             '))"


def add(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"CREATE INDEX {INDEX} ON memories_memory USING gin ({WORDS})")


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP INDEX {INDEX}")


class Migration(migrations.Migration):

    dependencies = [
        ("memories", "0020_names_of_mentioned"),
    ]

    operations = [
        migrations.RunPython(add, remove),
    ]
