"""Whether a bot wrote a message."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar[list[Any]] = [
        ("memories", "0004_messages_of_threads"),
    ]

    operations: ClassVar[list[Any]] = [
        migrations.AddField(
            model_name="message",
            name="from_bot",
            field=models.BooleanField(default=False, help_text="By the companion or another bot."),
        ),
    ]
