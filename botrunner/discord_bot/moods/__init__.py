"""A person's moods as a picture."""
