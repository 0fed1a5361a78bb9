"""Reminders that people ask for: heard, kept, delivered when they are due."""
