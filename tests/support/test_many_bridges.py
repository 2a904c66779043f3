"""The X server beside which bridges run is waited for, but not for ever."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from moof.ipc import is_process_alive
from support import many_bridges, waiting

SERVER = """#!{python} -IS
import os, socket, sys, time
with open({folder!r} + "/pid", "w") as file:
    file.write(str(os.getpid()))
listening = socket.socket(socket.AF_UNIX)
listening.bind({folder!r} + "/X" + sys.argv[1].removeprefix(":"))
listening.listen()
time.sleep(600)
"""


def test_an_x_server_that_never_answers_is_ended_and_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "Xvfb"
    program.write_text(SERVER.format(python=sys.executable, folder=str(tmp_path)))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(many_bridges, "X_SOCKETS", tmp_path)
    monkeypatch.setattr(many_bridges, "ANSWER_SECONDS", 0.01)
    pid = tmp_path / "pid"

    def wait_shortly(condition: object, what: str) -> None:
        waiting.wait_until(lambda: pid.exists() and pid.read_text(), "the server")
        assert not many_bridges.answers(0)
        raise AssertionError(f"waited for {what}")

    monkeypatch.setattr(many_bridges, "wait_until", wait_shortly)
    with pytest.raises(AssertionError, match="the user's X"):
        many_bridges.start_display()
    assert not is_process_alive(int(pid.read_text()))
