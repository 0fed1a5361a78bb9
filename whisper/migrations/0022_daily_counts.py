from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('whisper', '0021_running_since'),
    ]

    operations = [
        migrations.CreateModel(
            name='DailyCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('name', models.CharField(help_text='What was counted, as cache.hit.', max_length=32)),
                ('number', models.PositiveBigIntegerField(db_default=0, default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('day', 'name'), name='daily_count_once')],
            },
        ),
    ]
