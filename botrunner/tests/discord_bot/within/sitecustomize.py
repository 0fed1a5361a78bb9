"""What Python loads as the bot's process starts, so that a test can block its event loop.

After SIGUSR2 the main thread does nothing while a file exists; other threads continue.
"""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

LOOK_SECONDS = 0.02


def _block(*_: object) -> None:
    while Path(os.environ["TEST_BLOCKED_FILE"]).exists():
        time.sleep(LOOK_SECONDS)


signal.signal(signal.SIGUSR2, _block)
