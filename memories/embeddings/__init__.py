"""Texts to vectors, by the backend that `EMBEDDING_BACKEND` names."""
