from django.db import migrations, models


class Migration(migrations.Migration):
    """An older process leaves it empty."""

    dependencies = [("profiles", "0014_close_friend_in_sentence_case")]

    operations = [
        migrations.AddField(
            model_name="consent",
            name="asking_until",
            field=models.DateTimeField(
                help_text="A process is asking or informing the person; another may if it didn't "
                "by then.",
                null=True,
            ),
        ),
    ]
