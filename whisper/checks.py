"""Which of Django's system checks a command waits for."""

from __future__ import annotations

# The tag of checks of the installation. All others read every page and model to find faults of the
# code, and would double the time that a command takes to start: `manage.py check` runs them.
AT_START = "start"
