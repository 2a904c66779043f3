"""One look after the other; as a part of a running server it is in tests/server/test_app.py."""

import time
from pathlib import Path
from unittest.mock import Mock

import pytest

from moof.server.auth.credential_store import SESSIONS_FILE, TOKENS_FILE, Credentials
from moof.server.auth.login_sessions import LoginSessions
from moof.server.auth.roles import Role
from moof.server.session.credential_watch import CredentialWatch
from support.access import new_tokens

NOW = 1_700_000_000.0


async def test_last_uses_are_written_once_a_minute(tmp_path: Path) -> None:
    secret = new_tokens(tmp_path)[Role.VIEWER]
    credentials = Credentials.at(tmp_path / TOKENS_FILE)
    token = credentials.token(secret, NOW)
    assert token is not None
    cookie = await credentials.sign_in(token, "10.0.0.1", NOW)
    watch, began = CredentialWatch(credentials, Mock()), time.monotonic()
    file = LoginSessions(tmp_path / SESSIONS_FILE)
    written = []
    for seconds in range(0, 200, 40):
        credentials.principal_of_cookies([cookie], "10.0.0.1", NOW + seconds)
        await watch.look(NOW + seconds, began + seconds)
        file.reload()
        written.append(file.sessions[0].last_seen - NOW)
    assert written == [0.0, 0.0, 80.0, 80.0, 160.0]


async def test_an_unreadable_file_is_logged_once_and_the_other_one_is_read(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    secret = new_tokens(tmp_path)[Role.VIEWER]
    credentials = Credentials.at(tmp_path / TOKENS_FILE)
    token = credentials.token(secret, NOW)
    assert token is not None
    await credentials.sign_in(token, "10.0.0.1", NOW)
    (tmp_path / TOKENS_FILE).write_text("{")
    (tmp_path / SESSIONS_FILE).unlink()
    sessions = Mock()
    watch = CredentialWatch(credentials, sessions)
    for _ in range(3):
        await watch.look(NOW, time.monotonic())
    assert len(caplog.messages) == 1
    assert "What was known before stays valid." in caplog.text
    assert credentials.token(secret, NOW) == token
    assert credentials.logins(NOW) == []
    assert sessions.end_unknown.call_count == 3
