"""People in the console: the list, the page of each, and the form that edits them."""
