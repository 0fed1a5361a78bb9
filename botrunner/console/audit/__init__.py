"""The action log: who did what to whose data, when and why."""
