"""Pages of the console that need several apps: people, conversations and what became of replies."""
