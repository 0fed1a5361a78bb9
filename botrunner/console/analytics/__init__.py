"""How the companion is used: activity, growth, moods, topics, who comes back; as charts and CSV."""
