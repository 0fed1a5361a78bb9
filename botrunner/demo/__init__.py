"""An invented world, so that the console has something to show."""
