"""Whether a sandbox can be had here, and the sentences where it cannot."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from moof.process import sandbox_probe
from moof.process.sandbox_probe import NOT_INSTALLED, explain, why_no_sandbox


@pytest.fixture(autouse=True)
def not_remembered() -> Iterator[None]:
    why_no_sandbox.cache_clear()
    yield
    why_no_sandbox.cache_clear()


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put the kernel's files that the probe reads into this folder."""
    for name in ("_APPARMOR", "_MOST_NAMESPACES"):
        monkeypatch.setattr(sandbox_probe, name, tmp_path / name)
    monkeypatch.setattr(sandbox_probe, "_CONTAINERS", (tmp_path / "container",))
    return tmp_path


def test_this_machine_has_sandboxes() -> None:
    assert why_no_sandbox() == "", "The tests need bubblewrap: apt install bubblewrap"


def test_missing_program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert why_no_sandbox() == NOT_INSTALLED


def test_program_that_fails(monkeypatch: pytest.MonkeyPatch, machine: Path) -> None:
    folder = machine / "bin"
    folder.mkdir()
    (folder / "bwrap").write_text(
        "#!/bin/sh\necho bwrap: setting up uid map: Permission denied >&2\nexit 1\n"
    )
    (folder / "bwrap").chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    assert why_no_sandbox() == ("bubblewrap cannot create one (bwrap: setting up uid map: Permission denied)")


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("_APPARMOR", "1\n", "AppArmor keeps users from creating namespaces"),
        ("_MOST_NAMESPACES", "0\n", "user.max_user_namespaces is 0"),
        ("container", "", "the container itself is the sandbox"),
        ("_APPARMOR", "0\n", "bubblewrap cannot create one (no message)"),
    ],
)
def test_reasons(machine: Path, name: str, text: str, words: str) -> None:
    (machine / name).write_text(text)
    assert words in explain("")


def test_covered_proc_is_a_reason(machine: Path) -> None:
    words = explain("bwrap: Can't mount proc on /newroot/proc: Operation not permitted\n")
    assert words.startswith("no other /proc can be mounted")
    assert machine.exists()
