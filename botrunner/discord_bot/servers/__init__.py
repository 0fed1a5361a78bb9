"""What people who manage a server set in Discord."""
