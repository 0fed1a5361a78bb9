"""ChatGPT exports: read, and taken in as memories of one person."""
