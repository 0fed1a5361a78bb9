"""The second reader of messages: a transformer on top of the embedder's lower half."""
