"""Database defaults for the columns that were added after the first release.

An older bot that still runs beside the new tables does not know these columns.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies: ClassVar[list[Any]] = [
        ('memories', '0006_index_of_authors'),
    ]

    operations: ClassVar[list[Any]] = [
        migrations.AlterField(
            model_name='memory',
            name='hidden',
            field=models.BooleanField(db_default=False, default=False, help_text='Recalled by nobody until an admin approves it.'),
        ),
        migrations.AlterField(
            model_name='memory',
            name='recall_count',
            field=models.PositiveIntegerField(db_default=0, default=0, help_text='Replies that used it.'),
        ),
        migrations.AlterField(
            model_name='message',
            name='from_bot',
            field=models.BooleanField(db_default=False, default=False, help_text='By the companion or another bot.'),
        ),
        migrations.AlterField(
            model_name='message',
            name='mentions',
            field=models.JSONField(db_default=[], default=list, help_text='Ids of those it names, as strings.'),
        ),
    ]
