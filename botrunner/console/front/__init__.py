"""The part of the front page that is asked for again while it is open."""
