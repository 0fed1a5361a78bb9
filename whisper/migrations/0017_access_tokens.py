import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('whisper', '0016_action_log_filters'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AccessToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='What it is for.', max_length=60)),
                ('digest', models.CharField(help_text='SHA-256 of its text.', max_length=64, unique=True)),
                ('beginning', models.CharField(help_text='How it begins, to tell it from others.', max_length=16)),
                ('person_id', models.BigIntegerField(db_index=True, help_text='The one person that it acts for.', null=True)),
                ('scopes', models.JSONField(default=list, help_text='What it may be used for.')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('expires_at', models.DateTimeField()),
                ('last_used_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('account', models.ForeignKey(help_text='Whose rights it has, or who made it for themself.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='tokens', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.CheckConstraint(condition=models.Q(('account__isnull', False), ('person_id__isnull', False), _connector='OR'), name='token_acts_for_somebody')],
            },
        ),
    ]
