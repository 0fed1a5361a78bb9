"""Stop words come without the libraries of the package that lists them."""

from __future__ import annotations

import subprocess
import sys

from whisper.settings import BASE_DIR
from whisper.stop_words import ENGLISH


def test_small_words_are_stop_words_and_telling_ones_are_not():
    assert {"the", "a", "about", "aren't"} <= ENGLISH
    assert not ENGLISH & {"dog", "hospital"}


def test_scipy_is_not_imported_for_them():
    code = "import sys, whisper.stop_words; print('scipy' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=BASE_DIR, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
