"""Formats of dates for pages that name none."""
