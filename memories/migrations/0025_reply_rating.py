from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('memories', '0024_index_counts_messages'),
    ]

    operations = [
        migrations.AddField(
            model_name='replytrace',
            name='rating',
            field=models.SmallIntegerField(help_text='What its person thought of the reply: 1 or -1; empty if they did not say.', null=True),
        ),
    ]
