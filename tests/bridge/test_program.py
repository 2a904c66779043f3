"""The emulator as a process: its environment, its output, its end."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from moof.bridge.errors import BridgeError
from moof.bridge.limits import Limits
from moof.bridge.program import OutputListener, Program
from moof.ipc import is_process_alive
from moof.process import Sandbox
from support.waiting import wait_until


def start(script: str) -> Program:
    return Program(["sh", "-c", script], {"WHO": "we"}, Limits())


async def test_its_status_and_its_last_lines(capfd: pytest.CaptureFixture[str]) -> None:
    program = start("echo it is $WHO; echo; echo odd >&2; exit 3")
    assert await program.wait() == 3
    assert list(program.last_lines) == ["it is we", "odd"]
    assert "sh: it is we\n" in capfd.readouterr().err


class Lines(OutputListener):
    """Collects a program's output."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def line_written(self, line: str) -> None:
        self.lines.append(line)


async def test_listener_gets_each_line() -> None:
    listener = Lines()
    program = Program(["sh", "-c", "echo one; echo; echo ' two' >&2"], {}, Limits(), None, listener)
    assert await program.wait() == 0
    assert listener.lines == ["one", "", " two"]


async def test_variables_that_may_be_secret_are_not_inherited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOOF_TOKEN", "secret")
    program = start("env")
    await program.wait()
    assert not any("secret" in line for line in program.last_lines)


async def test_missing_program_is_an_error() -> None:
    with pytest.raises(BridgeError, match="no program no-such-program"):
        Program(["no-such-program"], {}, Limits())


async def test_a_home_that_cannot_be_created_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BridgeError, match=f"sh cannot be started: {tmp_path}/file/home: Not a directory"):
        Program(["sh"], {}, Limits(), Sandbox(home=tmp_path / "file" / "home"))


async def test_pause_and_resume() -> None:
    program = start("while :; do :; done")  # one that waits for a stopped child to exec is not stopped
    program.pause()
    wait_until(lambda: state(program.pid) == "T", "the pause")
    program.resume()
    wait_until(lambda: state(program.pid) != "T", "its end")
    await program.end()


async def test_stopped_program_that_ignores_sigterm_is_killed_with_its_group(
    tmp_path: Path,
) -> None:
    program = start(f"trap '' TERM; sleep 1000 & echo $! >{tmp_path}/child; wait; wait")
    wait_until(lambda: (tmp_path / "child").exists() and (tmp_path / "child").read_text(), "its child")
    child = int((tmp_path / "child").read_text())
    program.pause()
    await program.end()
    wait_until(lambda: not is_process_alive(child), "the child's end")
    with pytest.raises(ProcessLookupError):
        os.kill(program.pid, 0)


def state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
