"""From what the tagger marked to statements: whose words, about whom, true or not."""
