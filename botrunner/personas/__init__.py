"""Who the companion is in which server and channel, as admins set it."""
