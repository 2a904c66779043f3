from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from moof.process.arguments import is_argument_of_a_process


def test_a_process_is_found_by_a_whole_argument_while_it_runs(tmp_path: Path) -> None:
    path = str(tmp_path / "the prefs")
    assert not is_argument_of_a_process(path)
    command = [sys.executable, "-c", "print(flush=True); input()", path]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert is_argument_of_a_process(path)
        assert not is_argument_of_a_process(path[:-1])
        process.communicate(b"\n")
    assert not is_argument_of_a_process(path)
