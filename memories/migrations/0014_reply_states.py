from django.db import migrations, models

STATES = [
    ("none", "not addressed to the companion"),
    ("pending", "Pending"),
    ("making", "being made"),
    ("sending", "being sent"),
    ("answered", "complete"),
    ("failed", "given up"),
]


class Migration(migrations.Migration):
    """The column keeps its name and its old values: the release before works with it as well."""

    dependencies = [
        ("memories", "0013_removed_places"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="message", name="message_answer_pending"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameField("message", "answer", "reply_state"),
                migrations.AlterField(
                    model_name="message",
                    name="reply_state",
                    field=models.CharField(
                        choices=STATES,
                        db_column="answer",
                        default="none",
                        help_text="What became of the reply to it.",
                        max_length=16,
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="message",
            name="reply_draft",
            field=models.TextField(
                blank=True, db_default="", help_text="The reply while it is being sent."
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="reply_fault",
            field=models.CharField(
                blank=True,
                db_default="",
                help_text="Why the reply was given up.",
                max_length=200,
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="reply_sent",
            field=models.PositiveSmallIntegerField(
                db_default=0,
                default=0,
                help_text="How many pieces of a long reply were sent.",
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="reply_total",
            field=models.PositiveSmallIntegerField(
                db_default=0, default=0, help_text="How many pieces a long reply has."
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("reply_state__in", ["pending", "making", "sending"])),
                fields=["sent_at"],
                name="message_reply_open",
            ),
        ),
    ]
