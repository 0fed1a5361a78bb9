"""What all apps share: settings, async database access, the outbox, registries."""

import os

# Read when numpy is first imported. On a busy machine, two threads that wait for each other make a
# search of 10,000 vectors ten times slower than one thread.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# Read when onnxruntime is first imported. Since 1.29 its Linux wheels report each start to their
# maker and keep an id of the machine in the home folder. Whisper sends nothing nobody asked for.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
