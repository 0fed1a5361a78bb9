"""What all apps share: settings, the async database door, the outbox, registries."""

import os

# Read when numpy is first imported. On a busy machine two threads that wait for each other make a
# search of 10,000 vectors ten times as slow as one does it.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
