"""The way to Discord: its network, its limits, and the shards of this process."""
