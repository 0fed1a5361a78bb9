"""The playground: what would be recalled and replied, two ways side by side; nothing is stored."""
