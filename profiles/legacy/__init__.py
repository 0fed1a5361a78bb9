"""Profiles of the older bot: read, repaired, taken in, and written in its form again."""
