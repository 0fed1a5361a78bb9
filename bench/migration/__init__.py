"""A drill of the whole move from the older bot, phase by phase and back."""
