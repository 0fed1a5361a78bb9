"""Where people talk with the companion."""
