"""Replies as Discord shows them, whole or while they are written."""
