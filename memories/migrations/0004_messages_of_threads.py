"""Where messages of open threads belong."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar[list[Any]] = [
        ("memories", "0003_mentions_decisions_imports"),
    ]

    operations: ClassVar[list[Any]] = [
        migrations.AddField(
            model_name="message",
            name="parent_id",
            field=models.BigIntegerField(
                help_text="Of an open thread: its channel, whose readers can all read it.",
                null=True,
            ),
        ),
    ]
