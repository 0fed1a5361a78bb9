"""Let servers of which nothing was set have the words of people who agreed read."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("botrunner", "0006_talk_settings"),
    ]

    operations = [
        migrations.AlterField(
            model_name="server",
            name="room",
            field=models.CharField(
                choices=[
                    ("off", "only those of the person who is answered"),
                    ("agreed", "those of people who agreed to be remembered"),
                    ("channel", "everybody's but those of people who declined"),
                ],
                default="agreed",
                help_text="Whose words the companion reads in a channel when it replies there.",
                max_length=16,
            ),
        ),
    ]
