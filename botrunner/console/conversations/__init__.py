"""Conversations in the console: channels, what was said there, and why each reply is what it is."""
