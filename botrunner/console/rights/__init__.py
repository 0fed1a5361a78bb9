"""What an admin may read of what people said, and who can give them the right to more."""
