"""What all apps share: settings, the async database door, the outbox, registries."""
