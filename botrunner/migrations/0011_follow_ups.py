import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('botrunner', '0010_fresh_starts_and_own_personas'),
    ]

    operations = [
        migrations.CreateModel(
            name='FollowUps',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person_id', models.BigIntegerField(unique=True)),
                ('where', models.CharField(choices=[('direct', 'in direct messages'), ('same', 'where you said so')], default='direct', max_length=8)),
                ('per_week', models.PositiveSmallIntegerField(help_text='How often at most.')),
                ('quiet_from', models.PositiveSmallIntegerField(help_text="Hour of their day from which on they aren't asked.")),
                ('quiet_until', models.PositiveSmallIntegerField(help_text='Hour from which on they are asked again.')),
                ('asked', models.JSONField(default=list, help_text='When they were asked in the last week.')),
                ('since', models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.AddField(
            model_name='reminder',
            name='kind',
            field=models.CharField(choices=[('reminder', 'Reminder'), ('follow_up', 'question how it went')], db_default='reminder', default='reminder', max_length=12),
        ),
    ]
