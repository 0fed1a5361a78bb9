"""Redis: connections, circuit breaker, caches, turns and rates."""
