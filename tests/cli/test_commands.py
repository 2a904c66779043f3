"""The `moof` command itself."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

import moof

MoofCommand = Callable[..., subprocess.CompletedProcess[str]]


def test_without_a_command_it_prints_the_help(moof_command: MoofCommand) -> None:
    answer = moof_command()
    assert answer.returncode == 0
    for command in ("run", "serve", "emulator"):
        assert command in answer.stdout


def test_version(moof_command: MoofCommand) -> None:
    assert moof_command("--version").stdout.strip() == f"moof {moof.__version__}"
