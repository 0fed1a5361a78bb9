"""How people put things: what is worth remembering, phrasing, words."""
