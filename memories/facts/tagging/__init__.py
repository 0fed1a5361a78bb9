"""Marks what a message says of whom, with a small network over the embedder's token states."""
