"""Work that an admin starts and that takes its time: it survives a closed page.

`kinds.py` says what there is to do, `actions.py` changes a task's row, `runner.py` does what
waits, `files.py` keeps what was uploaded or made. Apps register their kinds in `tasks.py`.
"""

from __future__ import annotations

from whisper.tasks.actions import ask
from whisper.tasks.kinds import TaskError, TaskKind, kind_of, register
from whisper.tasks.runner import run

__all__ = ["TaskError", "TaskKind", "ask", "kind_of", "register", "run"]
