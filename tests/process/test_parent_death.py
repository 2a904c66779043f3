import os
import subprocess
import sys

from moof.process import parent_death


def run(parent: int, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", "-S", parent_death.__file__, str(parent), "15", *command],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )


def test_it_becomes_the_command() -> None:
    done = run(os.getpid(), "sh", "-c", "echo $0 is here; exit 7", "sh")
    assert (done.returncode, done.stdout) == (7, "sh is here\n")


def test_without_its_parent_it_does_not_start_the_command() -> None:
    done = run(1, "echo", "orphan")
    assert done.returncode == 128 + 15
    assert done.stdout == ""


def test_what_cannot_be_executed_is_named() -> None:
    done = run(os.getpid(), "/etc/passwd")
    assert done.returncode == 126
    assert done.stderr == "/etc/passwd cannot be started: Permission denied.\n"
