"""Language models that write replies."""
