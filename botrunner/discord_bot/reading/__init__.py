"""What Discord sends, as the companion takes it."""
