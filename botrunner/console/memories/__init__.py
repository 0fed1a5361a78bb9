"""Memories in the console: a search over all of them, and the page of one."""
