from django.db import migrations, models


class Migration(migrations.Migration):
    """`person_id` names a person's message and, with `from_companion`, whom the companion answers."""

    dependencies = [("memories", "0008_one_name_for_ids")]

    operations = [
        migrations.RemoveIndex("message", "message_author"),
        migrations.RemoveField("message", "author_id"),
        migrations.AlterField(
            "message",
            "person_id",
            models.BigIntegerField(
                help_text="Its author, or whom the companion answers in it; empty where nothing is kept.",
                null=True,
            ),
        ),
    ]
