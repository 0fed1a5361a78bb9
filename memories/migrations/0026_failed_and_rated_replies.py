from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('memories', '0025_reply_rating'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='replytrace',
            index=models.Index(condition=models.Q(('error__gt', '')), fields=['-created_at'], name='trace_failed'),
        ),
        migrations.AddIndex(
            model_name='replytrace',
            index=models.Index(condition=models.Q(('rating__isnull', False)), fields=['-created_at'], name='trace_rated'),
        ),
    ]
