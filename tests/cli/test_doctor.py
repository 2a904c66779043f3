from __future__ import annotations

import subprocess
from collections.abc import Callable

MoofCommand = Callable[..., subprocess.CompletedProcess[str]]


def test_doctor_lists_its_findings(moof_command: MoofCommand) -> None:
    answer = moof_command("doctor")
    assert answer.returncode == 0
    assert "Moof can run here" in answer.stderr
    assert "68k core" in answer.stderr
