"""The code blocks of the documentation, run as the pages say it."""
