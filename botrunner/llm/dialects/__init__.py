"""How language model servers differ from the API that they claim to offer."""
