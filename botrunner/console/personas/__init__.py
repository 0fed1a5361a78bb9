"""Personas in the console: who the companion is, in versions, and where."""
