"""The console's palette: pages, people and memories, found by what is typed."""
