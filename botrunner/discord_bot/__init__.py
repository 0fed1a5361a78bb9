"""The Discord bot. Nothing else imports discord."""
