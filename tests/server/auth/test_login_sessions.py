from pathlib import Path

import pytest

from moof.server.auth import login_sessions
from moof.server.auth.login_sessions import IDLE_SECONDS, LoginSessions
from moof.server.auth.record_file import TokenError
from moof.server.auth.roles import Role
from moof.server.auth.token_store import NamedToken

NOW = 1_700_000_000.0
ANN = NamedToken("a1", "", Role.PLAYER, "Ann", 0.0)
BOB = NamedToken("b1", "", Role.VIEWER, "Bob", 0.0)


@pytest.fixture
def logins(tmp_path: Path) -> LoginSessions:
    return LoginSessions(tmp_path / "sessions.json")


def test_a_login_session_is_found_by_its_cookie_which_the_file_does_not_have(logins: LoginSessions) -> None:
    session, cookie = logins.add(ANN, NOW, "10.0.0.1")
    assert (session.role, session.name, session.token, session.address) == (
        Role.PLAYER,
        "Ann",
        "a1",
        "10.0.0.1",
    )
    assert logins.find_secret(cookie) == logins.find(session.id) == session
    assert logins.find_secret("wrong") is None
    assert cookie not in logins.path.read_text()
    assert logins.path.stat().st_mode & 0o777 == 0o600


def test_it_outlives_the_server(logins: LoginSessions) -> None:
    session, cookie = logins.add(ANN, NOW, "10.0.0.1")
    later = LoginSessions(logins.path)
    later.reload()
    assert later.find_secret(cookie) == session


def test_one_that_another_process_ends_is_unknown_after_the_next_look(logins: LoginSessions) -> None:
    session, cookie = logins.add(ANN, NOW, "10.0.0.1")
    other = LoginSessions(logins.path)
    assert (other.remove([session.id]), other.remove([session.id])) == (1, 0)
    logins.seen(session.id, NOW + 1, "10.0.0.1")
    logins.save_seen()
    assert (logins.find_secret(cookie), logins.find(session.id), logins.sessions) == (None, None, ())


def test_each_use_prolongs_it_and_the_uses_are_written_together(logins: LoginSessions) -> None:
    session, _ = logins.add(ANN, NOW, "10.0.0.1")
    assert session.expires == NOW + IDLE_SECONDS
    before = logins.path.read_text()
    logins.seen(session.id, NOW + 5, "10.0.0.2")
    logins.seen("unknown", NOW + 5, "10.0.0.2")
    (current,) = logins.sessions
    assert (current.last_seen, current.address) == (NOW + 5, "10.0.0.2")
    assert current.expires == NOW + 5 + IDLE_SECONDS
    assert logins.path.read_text() == before
    logins.save_seen()
    other = LoginSessions(logins.path)
    other.reload()
    assert other.sessions == (current,)
    stamp = logins.path.stat().st_mtime_ns
    logins.save_seen()
    assert logins.path.stat().st_mtime_ns == stamp


def test_a_new_one_replaces_that_of_the_same_browser(logins: LoginSessions) -> None:
    first, _ = logins.add(BOB, NOW, "10.0.0.1")
    second, _ = logins.add(ANN, NOW, "10.0.0.1", replaces=first.id)
    assert logins.sessions == (second,)


def test_signing_in_again_and_again_ends_none_of_another_token(
    logins: LoginSessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(login_sessions, "MAX_LOGIN_SESSIONS", 5)
    ann, _ = logins.add(ANN, NOW, "10.0.0.1")
    bobs = [logins.add(BOB, NOW + number, "10.0.0.2")[0] for number in range(10)]
    assert logins.sessions == (ann, *bobs[-4:])


def test_expired_ones_are_removed_from_the_file(logins: LoginSessions) -> None:
    logins.add(ANN, NOW, "10.0.0.1")
    later, _ = logins.add(BOB, NOW + IDLE_SECONDS, "10.0.0.1")
    assert logins.sessions == (later,)


def test_without_a_place_for_the_file_they_last_as_long_as_the_server(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    logins = LoginSessions(tmp_path / "file" / "sessions.json")
    session, cookie = logins.add(ANN, NOW, "10.0.0.1")
    other, _ = logins.add(BOB, NOW, "10.0.0.1")
    assert logins.find_secret(cookie) == session
    assert logins.sessions == (session, other)
    assert "ends when the server does" in caplog.text
    with pytest.raises(TokenError):
        logins.remove(["unknown"])
    assert logins.remove([session.id]) == 1
    assert [each.id for each in logins.sessions] == [other.id]


def test_an_invalid_file_is_refused_and_what_was_known_stays(logins: LoginSessions) -> None:
    session, _ = logins.add(ANN, NOW, "10.0.0.1")
    for content in ('{"version": 2}', '{"version": 1, "sessions": [{}]}', '{"version": 1, "sessions": [1]}'):
        logins.path.write_text(content)
        with pytest.raises(TokenError, match=r"sessions\.json cannot be used"):
            logins.reload()
        assert logins.sessions == (session,)


def test_one_that_ends_while_the_file_is_unusable_is_removed_later(
    logins: LoginSessions,
) -> None:
    session, cookie = logins.add(ANN, NOW, "10.0.0.1")
    other, _ = logins.add(BOB, NOW, "10.0.0.1")
    logins.path.chmod(0o644)
    with pytest.raises(TokenError):
        logins.remove([session.id])
    assert (logins.find_secret(cookie), logins.sessions) == (None, (other,))
    with pytest.raises(TokenError):
        logins.save_seen()
    unsaved, _ = logins.add(BOB, NOW, "10.0.0.1", replaces=other.id)
    assert logins.sessions == (unsaved,)
    logins.path.chmod(0o600)
    logins.save_seen()
    assert logins.sessions == (unsaved,)
    later = LoginSessions(logins.path)
    later.reload()
    assert later.sessions == ()


def test_a_clock_that_was_ahead_prolongs_none_that_is_used_again(logins: LoginSessions) -> None:
    session, _ = logins.add(ANN, NOW, "10.0.0.1")
    logins.seen(session.id, NOW + 1e9, "10.0.0.1")
    logins.save_seen()
    logins.seen(session.id, NOW + 60, "10.0.0.1")
    assert logins.sessions[0].last_seen == NOW + 60
    logins.save_seen()
    later = LoginSessions(logins.path)
    later.reload()
    assert later.sessions[0].last_seen == NOW + 60


def test_a_use_that_another_server_has_noted_later_stays(logins: LoginSessions) -> None:
    session, _ = logins.add(ANN, NOW, "10.0.0.1")
    other = LoginSessions(logins.path)
    other.reload()
    logins.seen(session.id, NOW + 60, "10.0.0.1")
    other.seen(session.id, NOW + 30, "10.0.0.1")
    logins.save_seen()
    other.save_seen()
    logins.reload()
    assert logins.sessions[0].last_seen == NOW + 60


def test_an_address_and_a_name_fit_into_the_file_and_any_answer(logins: LoginSessions) -> None:
    bad = NamedToken("c1", "", Role.VIEWER, "\udcff", 0.0)
    session, _ = logins.add(bad, NOW, "x" * 100_000)
    logins.reload()
    logins.seen(session.id, NOW + 1, "y" * 100_000)
    logins.save_seen()
    later = LoginSessions(logins.path)
    later.reload()
    assert (later.sessions[0].name, later.sessions[0].address) == ("\ufffd", "y" * 64)
