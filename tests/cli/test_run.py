"""`moof serve` as a person types it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

MoofCommand = Callable[..., subprocess.CompletedProcess[str]]


def test_an_unknown_codec_is_explained(moof_command: MoofCommand) -> None:
    answer = moof_command("serve", "--codec", "mpeg1", "--http-port", "0", "--signaling-port", "0")
    assert answer.returncode == 2
    assert "h264" in answer.stderr
