"""Runs the commands in processes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest

MoofCommand = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def moof_command() -> MoofCommand:
    """Run `moof` with these arguments to its end."""

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "moof", *words], capture_output=True, text=True, timeout=60, check=False
        )

    return run
