"""The part of the front page that is refreshed while the page is open."""
