"""Tokens of other programs, in the console."""
