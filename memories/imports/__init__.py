"""Importers of other histories than the older bot's."""
