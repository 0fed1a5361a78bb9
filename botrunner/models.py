"""What admins of Discord servers set for them."""

from __future__ import annotations

from django.db import models


class Server(models.Model):
    """The settings of one Discord server."""

    class Room(models.TextChoices):
        """Whose words of a channel's talk a reply given there may be made from."""

        OFF = "off", "only those of the person who is answered"
        AGREED = "agreed", "those of people who agreed to be remembered"
        CHANNEL = "channel", "everybody's but those of people who declined"

    guild_id = models.BigIntegerField(unique=True, help_text="Discord's id of the server.")
    room = models.CharField(
        max_length=16,
        choices=Room,
        default=Room.OFF,
        help_text="Whose words the companion reads in a channel when it replies there.",
    )
    welcomed_at = models.DateTimeField(
        null=True, help_text="When the companion introduced itself there; empty if it didn't."
    )

    def __str__(self) -> str:
        return f"server {self.guild_id}"
