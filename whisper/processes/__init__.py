"""The processes of Whisper: their event loop, their garbage, their signs of life and files."""
