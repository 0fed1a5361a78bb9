"""English words that tell nothing of what a text is about."""

from __future__ import annotations

from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path


def _listed() -> frozenset[str]:
    """Return the list of bm25s, without the package: importing it would load SciPy at each start.

    Raises:
        ImportError: the package isn't installed.
    """
    package = find_spec("bm25s")
    if package is None or package.origin is None:
        raise ImportError("bm25s is not installed")
    path = Path(package.origin).parent / "stopwords.py"
    spec = spec_from_file_location("whisper_stop_words", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} can't be read")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return frozenset(module.STOPWORDS_EN_PLUS)


ENGLISH = _listed()
