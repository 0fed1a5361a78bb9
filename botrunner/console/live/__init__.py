"""Live: what happens right now, for admins who watch."""
