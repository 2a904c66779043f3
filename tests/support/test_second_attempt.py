"""Which failed tests get a second attempt, on pytest itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from support import second_attempt
from support.second_attempt import MAX_SECOND_ATTEMPTS, failed_tests, second_attempts

UNSTABLE = """
from pathlib import Path
def test_once():
    second = Path("first_attempt").exists()
    Path("first_attempt").touch()
    assert second
"""
BROKEN = "def test_never(): assert False\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the root of an empty project in which pytest and the second attempt run."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pytest.ini").touch()
    return tmp_path


def attempt_twice(folder: Path, name: str, text: str) -> int:
    """Write a test file, run pytest, then the second attempt; return its status."""
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    first = subprocess.run([sys.executable, "-m", "pytest", "-q", "tests"], check=False, capture_output=True)
    assert first.returncode == 1
    return second_attempt.main(first.returncode)


def test_a_test_that_passes_alone_is_named(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert attempt_twice(folder, "tests/e2e/test_page.py", UNSTABLE) == 0
    assert "Passed only in the second attempt" in (printed := capfd.readouterr().out)
    assert printed.rstrip().endswith("tests/e2e/test_page.py::test_once")


def test_the_second_attempt_runs_the_tests_before_it_too(folder: Path) -> None:
    before = "prepared = []\ndef test_before(): prepared.append(1)\n"
    after = UNSTABLE.replace("assert second", "assert second and prepared")
    assert attempt_twice(folder, "tests/e2e/test_page.py", before + after) == 0


def test_a_fault_fails_twice(folder: Path) -> None:
    assert attempt_twice(folder, "tests/e2e/test_page.py", BROKEN) == 1


def test_many_failures_are_no_matter_of_scheduling() -> None:
    names = [f"tests/bridge/test_qemu.py::test_{number}" for number in range(MAX_SECOND_ATTEMPTS + 1)]
    assert second_attempts(names[1:]) == ["tests/bridge/test_qemu.py"]
    assert second_attempts(names) == []


@pytest.mark.parametrize("text", [None, "", "[]", "{"])
def test_without_pytests_table_the_first_status_stays(
    folder: Path, text: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    if text is not None:
        second_attempt.LAST_FAILED.parent.mkdir(parents=True)
        second_attempt.LAST_FAILED.write_text(text)
    assert second_attempt.main(1) == 1
    assert "No second attempt" in capsys.readouterr().out


def test_an_interrupted_run_is_not_repeated(folder: Path) -> None:
    assert second_attempt.main(2) == 2


def test_the_failed_tests_are_pytests_own(tmp_path: Path) -> None:
    table = tmp_path / "lastfailed"
    table.write_text('{"tests/e2e/test_page.py::test_once": true}')
    assert failed_tests(table) == ["tests/e2e/test_page.py::test_once"]
