"""Database defaults for the columns that were added after the first release.

An older bot that still runs beside the new tables does not know these columns.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies: ClassVar[list[Any]] = [
        ('profiles', '0006_one_index_by_profile'),
    ]

    operations: ClassVar[list[Any]] = [
        migrations.AlterField(
            model_name='consent',
            name='level',
            field=models.CharField(choices=[('strict', 'Strict'), ('moderate', 'Moderate'), ('permissive', 'Permissive'), ('custom', 'Custom')], db_default='moderate', default='moderate', max_length=16),
        ),
        migrations.AlterField(
            model_name='consent',
            name='rules',
            field=models.JSONField(blank=True, db_default={}, default=dict, help_text='Of level custom: which ways are open, true or false.'),
        ),
        migrations.AlterField(
            model_name='profile',
            name='archived',
            field=models.BooleanField(db_default=False, default=False, help_text='Brought along as no longer active.'),
        ),
        migrations.AlterField(
            model_name='profile',
            name='escalation_count',
            field=models.PositiveIntegerField(db_default=0, default=0, help_text='Distress that piled up; it fades with time and with good moods.'),
        ),
        migrations.AlterField(
            model_name='profile',
            name='follow_up_wished',
            field=models.BooleanField(db_default=False, default=False, help_text='Whether they want to be asked how things went.'),
        ),
        migrations.AlterField(
            model_name='profile',
            name='personality',
            field=models.JSONField(blank=True, db_default={}, default=dict, help_text='Big Five from 0 to 1, communication and decision style.'),
        ),
        migrations.AlterField(
            model_name='profile',
            name='trust_indicators',
            field=models.JSONField(blank=True, db_default=[], default=list, help_text='Distinct signs of trust, latest last.'),
        ),
        migrations.AlterField(
            model_name='relationshipchange',
            name='interaction_count',
            field=models.PositiveIntegerField(db_default=0, default=0, help_text='How often they had talked by then.'),
        ),
    ]
