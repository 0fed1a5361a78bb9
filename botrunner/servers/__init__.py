"""Discord servers and what their admins set."""
