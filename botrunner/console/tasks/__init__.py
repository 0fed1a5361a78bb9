"""Jobs in the console: data requests, imports, backups and the index, with how far each is."""
