"""How accounts of the console and the web chat sign in: password, second factor, Discord."""
