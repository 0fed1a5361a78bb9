"""How close a person and the companion are: rules that decide it, and signs that they ask for."""
