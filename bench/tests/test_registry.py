"""Tests of the list of benchmarks."""

from __future__ import annotations

import os
from pathlib import Path

from bench.registry import MODULES, processor_seconds

BENCH = Path(__file__).resolve().parent.parent


def test_each_benchmark_can_be_run_by_its_name():
    found = {
        ".".join(path.relative_to(BENCH).with_suffix("").parts).removesuffix(".__init__")
        for path in BENCH.rglob("*.py")
        if "\n@benchmark(" in path.read_text("utf-8")
    }
    assert found == set(MODULES)


def test_the_processor_time_of_a_process_is_known():
    assert processor_seconds(os.getpid()) > 0
