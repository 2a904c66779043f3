"""The findings of `moof doctor` on this machine, and on ones that lack something."""

from __future__ import annotations

import os
import platform
import socket
import sys
import sysconfig
from collections import namedtuple
from pathlib import Path

import pytest

from moof.cli import checks
from moof.cli.checks import CHECKS, Finding, Outcome
from moof.server.auth.roles import Role
from moof.server.auth.token_store import TokenStore
from moof.server.storage.last_browser import LastBrowserFile


def only(findings: list[Finding], subject: str) -> Finding:
    (found,) = [each for each in findings if each.subject == subject]
    return found


def test_this_machine_has_no_bad_finding() -> None:
    findings = [finding for check in CHECKS if check is not checks.check_ports for finding in check()]
    assert [finding for finding in findings if finding.state is Outcome.BAD] == []
    subjects = {finding.subject for finding in findings}
    assert {"Python", "68k core", "Codec", "Settings", "Shared memory", "Time", "Permission"} <= subjects


def test_every_bad_finding_has_a_remedy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "moof.toml"
    file.write_text('http_port = 70000\n[emulators.a]\ncommand = ["no-such-program"]')
    monkeypatch.setenv("MOOF_CONFIG", str(file))
    monkeypatch.setattr("sys.version_info", (3, 9, 0))
    monkeypatch.setattr(checks, "CLOCK_SOURCE", tmp_path / "clock")
    (tmp_path / "clock").write_text("hpet")
    space = namedtuple("space", "f_bavail f_frsize")
    monkeypatch.setattr(os, "statvfs", lambda path: space(1, 4096))
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    state = tmp_path / "state"
    monkeypatch.setenv("XDG_STATE_HOME", str(state))
    LastBrowserFile().store(())
    quick = (check for check in CHECKS if check not in (checks.check_core, checks.check_codecs))
    findings = [finding for check in quick for finding in check()]
    unwell = [finding for finding in findings if finding.state is not Outcome.GOOD]
    expected = {"Python", "Browser", "Emulator a", "Port", "Permission", "Shared memory", "Time"}
    assert {finding.subject for finding in unwell} == expected
    assert all(finding.remedy for finding in unwell)


def test_machine_that_is_not_supported(monkeypatch: pytest.MonkeyPatch) -> None:
    other = platform.uname()._replace(machine="riscv64")
    monkeypatch.setattr(platform, "uname", lambda: other)
    found = only(list(checks.check_python()), "Machine")
    assert (found.state, found.words) == (Outcome.BAD, "Linux, riscv64")
    assert "x86-64 or ARM64, with Python 3.11 to 3.14" in found.remedy


def test_missing_core_without_a_compiler_names_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "machine68k", None)
    compiler = tmp_path / "gcc"
    compiler.touch(mode=0o755)
    monkeypatch.setattr(sysconfig, "get_path", lambda name: str(tmp_path))
    (tmp_path / "Python.h").touch()
    monkeypatch.setenv("PATH", str(tmp_path))
    (with_compiler,) = checks.check_core()
    assert (with_compiler.state, "apt install" in with_compiler.remedy) == (Outcome.BAD, False)
    compiler.unlink()
    (without,) = checks.check_core()
    assert "apt install gcc libc6-dev python3." in without.remedy


@pytest.fixture
def token_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("MOOF_TOKEN_FILE", str(tmp_path / "tokens.json"))
    return tmp_path / "tokens.json"


def test_who_may_sign_in(token_file: Path) -> None:
    (none,) = checks.check_access()
    assert (none.state, none.words) == (
        Outcome.GOOD,
        "0 tokens beside that of each start, 0 login sessions",
    )
    store = TokenStore(token_file)
    store.add(Role.VIEWER, "Room 3", now=1e9)
    store.add(Role.VIEWER, "Room 4", now=1e9, lifetime=60.0)
    (some,) = checks.check_access()
    assert some.state is Outcome.WARNING
    assert some.words.startswith("2 tokens")
    assert some.words.endswith("1 tokens have expired")


def test_file_of_tokens_that_others_may_read(token_file: Path) -> None:
    token_file.write_text("{}")
    token_file.chmod(0o644)
    (found,) = checks.check_access()
    assert (found.state, found.subject) == (Outcome.BAD, "Access")
    assert "Others may read" in found.words


def test_settings_that_cannot_be_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MOOF_CONFIG", str(tmp_path))
    assert only(list(checks.check_settings()), "Settings").state is Outcome.BAD


def test_secrets_that_others_may_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "moof.toml"
    file.write_text('ice_server = ["turn:me:word@192.0.2.1"]')
    file.chmod(0o644)
    monkeypatch.setenv("MOOF_CONFIG", str(file))
    first, second = checks.check_settings()
    assert (first.state, second.state) == (Outcome.WARNING, Outcome.GOOD)
    assert "ice_server" in first.words
    assert first.remedy == f"chmod 600 {file}"
    file.chmod(0o600)
    assert only(list(checks.check_settings()), "Settings").state is Outcome.GOOD
    file.chmod(0o606)
    assert only(list(checks.check_settings()), "Settings").state is Outcome.BAD


def test_port_in_use(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        file = tmp_path / "moof.toml"
        file.write_text(f"http_port = {taken.getsockname()[1]}\nsignaling_port = 0")
        monkeypatch.setenv("MOOF_CONFIG", str(file))
        first, second = checks.check_ports()
    assert (first.state, second.state) == (Outcome.WARNING, Outcome.GOOD)
    assert "--http-port" in first.remedy


def test_sandbox_that_cannot_be_had_is_a_warning_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    assert only(list(checks.check_sandbox()), "Sandbox").state is Outcome.GOOD
    with monkeypatch.context() as without_library:
        without_library.setattr("moof.process.compiled_filter", lambda: None)
        assert "not filtered" in only(list(checks.check_sandbox()), "Sandbox").words
    monkeypatch.setattr("moof.process.why_no_sandbox", lambda: "there is no bubblewrap")
    found = only(list(checks.check_sandbox()), "Sandbox")
    assert (found.state, found.words) == (Outcome.WARNING, "none for emulators: there is no bubblewrap")


@pytest.mark.parametrize(("running", "state"), [(0, Outcome.WARNING), (1, Outcome.GOOD)])
def test_space_for_one_more_segment_suffices_beside_a_running_emulator(
    monkeypatch: pytest.MonkeyPatch, running: int, state: Outcome
) -> None:
    space = namedtuple("space", "f_bavail f_frsize")
    monkeypatch.setattr(os, "statvfs", lambda path: space(10_000, 4096))
    monkeypatch.setattr("moof.ipc.find_emulators", lambda: [object()] * running)
    assert only(list(checks.check_shared_memory()), "Shared memory").state is state
