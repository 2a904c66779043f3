"""Commands that end with their parent, by setpriv and by the Python script."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from moof.process import bound_command as module
from moof.process.bound_command import bound_command, setting_programs

VARIABLES = {"PATH": os.environ["PATH"]}


@pytest.fixture(params=["setpriv", "script"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "script":
        monkeypatch.setattr(module, "setting_programs", lambda: None)
    return str(request.param)


def run(*words: str, parent: int | None = None) -> subprocess.CompletedProcess[str]:
    command = bound_command(words, signal.SIGTERM, VARIABLES, parent)
    return subprocess.run(command, env=VARIABLES, capture_output=True, text=True, timeout=30, check=False)


def test_it_becomes_the_command(way: str) -> None:
    done = run("sh", "-c", 'echo "$0 has $1"; exit 7', "sh", "two  words")
    assert (done.returncode, done.stdout) == (7, "sh has two  words\n")
    assert (bound_command(["sh"], signal.SIGTERM, VARIABLES)[0].endswith("/setpriv")) == (way == "setpriv")


@pytest.mark.usefixtures("way")
def test_without_its_parent_it_does_not_start_the_command() -> None:
    done = run("echo", "orphan", parent=1)
    assert (done.returncode, done.stdout) == (128 + 15, "")


@pytest.mark.usefixtures("way")
def test_signals_that_python_ignores_are_ignored() -> None:
    ignored = int(run("grep", "SigIgn", "/proc/self/status").stdout.split()[1], 16)
    for number in (signal.SIGPIPE, signal.SIGXFSZ):
        assert ignored >> (number - 1) & 1


@pytest.mark.usefixtures("way")
def test_a_command_that_is_missing_is_named() -> None:
    done = run("no-such-program")
    assert (done.returncode, done.stderr) == (127, "There is no command no-such-program.\n")


def test_the_commands_path_need_not_have_setpriv(tmp_path: Path) -> None:
    (tmp_path / "own").write_text("#!/bin/sh\necho own\n")
    (tmp_path / "own").chmod(0o755)
    variables = {"PATH": str(tmp_path)}
    command = bound_command(["own"], signal.SIGTERM, variables)
    assert subprocess.check_output(command, env=variables, text=True) == "own\n"


def test_this_machine_has_setpriv() -> None:
    assert setting_programs()
