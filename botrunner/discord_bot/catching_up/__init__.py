"""What came while nobody listened, and replies that were left open."""
