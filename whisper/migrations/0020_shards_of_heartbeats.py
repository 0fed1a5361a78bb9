from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('whisper', '0019_heartbeats'),
    ]

    operations = [
        migrations.AddField(
            model_name='heartbeat',
            name='shards',
            field=models.JSONField(db_default={}, default=dict, help_text="Discord's shards that it connects, with how they are, and how many there are."),
        ),
    ]
