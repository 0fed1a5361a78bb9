from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('botrunner', '0012_age_restricted_personas'),
    ]

    operations = [
        migrations.AddField(
            model_name='server',
            name='language',
            field=models.CharField(blank=True, db_default='', default='', help_text='Code of the language that its people write in; empty if none was chosen.', max_length=8),
        ),
    ]
