from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('botrunner', '0007_hear_who_agreed'),
    ]

    operations = [
        migrations.AddField(
            model_name='talksetting',
            name='budget',
            field=models.PositiveSmallIntegerField(db_default=6, default=6, help_text='Most replies an hour to messages that did not mention it.'),
        ),
        migrations.AddField(
            model_name='talksetting',
            name='mode',
            field=models.CharField(choices=[('mentions', 'what mentions it or replies to it'), ('threads', 'also what is said in a thread that it was called into'), ('free', 'also what is said to it without a mention, and open questions')], db_default='mentions', default='mentions', help_text='What the companion answers in a channel.', max_length=8),
        ),
    ]
