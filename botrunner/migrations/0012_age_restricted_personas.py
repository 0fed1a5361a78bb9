from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('botrunner', '0011_follow_ups'),
    ]

    operations = [
        migrations.AddField(
            model_name='persona',
            name='age_restricted',
            field=models.BooleanField(db_default=False, default=False, help_text='Only for channels that Discord shows to adults alone.'),
        ),
    ]
