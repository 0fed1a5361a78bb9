"""How dates are written where a page doesn't say it."""
