"""Asking people how something went, unasked, because they wanted that."""
