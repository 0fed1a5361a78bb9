"""Recent conversation of channels."""
