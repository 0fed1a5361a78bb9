from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('whisper', '0020_shards_of_heartbeats'),
    ]

    operations = [
        migrations.AddField(
            model_name='heartbeat',
            name='started_at',
            field=models.DateTimeField(help_text='When it began.', null=True),
        ),
        migrations.AddField(
            model_name='heartbeat',
            name='version',
            field=models.CharField(blank=True, db_default='', default='', help_text='Of Whisper.', max_length=32),
        ),
    ]
