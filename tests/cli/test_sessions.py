"""`moof sessions` as a process."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from moof.server.auth.credential_store import SESSIONS_FILE, START_TOKEN
from moof.server.auth.login_sessions import LoginSessions
from moof.server.auth.roles import Role
from moof.server.auth.token_store import NamedToken

MoofCommand = Callable[..., subprocess.CompletedProcess[str]]

OWNER = NamedToken(START_TOKEN, "", Role.OWNER, "owner", 0.0)
GONE = NamedToken("gone", "", Role.VIEWER, "gone", 0.0)


@pytest.fixture
def logins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LoginSessions:
    monkeypatch.setenv("MOOF_TOKEN_FILE", str(tmp_path / "tokens.json"))
    return LoginSessions(tmp_path / SESSIONS_FILE)


def test_valid_login_sessions_are_listed(moof_command: MoofCommand, logins: LoginSessions) -> None:
    session, _ = logins.add(OWNER, time.time() - 300, "10.0.0.1")
    logins.add(GONE, time.time(), "10.0.0.2")
    head, line = moof_command("sessions").stdout.splitlines()
    assert head.split() == ["ID", "ROLE", "NAME", "ADDRESS", "MADE", "LAST", "SEEN", "EXPIRES"]
    cells = [session.id, "owner", "owner", "10.0.0.1", "5 min ago", "5 min ago", "in 29 d"]
    assert re.split(r"  +", line) == cells


def test_one_is_ended_by_its_id(moof_command: MoofCommand, logins: LoginSessions) -> None:
    first, _ = logins.add(OWNER, time.time(), "10.0.0.1")
    second, _ = logins.add(OWNER, time.time(), "10.0.0.1")
    assert moof_command("sessions", "end", first.id).returncode == 0
    logins.reload()
    assert logins.sessions == (second,)
    answer = moof_command("sessions", "end", first.id)
    assert (answer.returncode, f"no login session {first.id}" in answer.stderr) == (2, True)


def test_all_are_ended(moof_command: MoofCommand, logins: LoginSessions) -> None:
    for _ in range(3):
        logins.add(OWNER, time.time(), "10.0.0.1")
    assert moof_command("sessions", "end").returncode == 2
    assert moof_command("sessions", "end", "--all").returncode == 0
    logins.reload()
    assert logins.sessions == ()
    assert "Nobody has signed in" in moof_command("sessions", "list").stderr
