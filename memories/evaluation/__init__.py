"""How well recall finds what it should, measured on sets of questions."""
