import asyncio
from pathlib import Path

import pytest

from moof.server.auth.credential_store import SESSIONS_FILE, START_TOKEN, TOKENS_FILE, Credentials
from moof.server.auth.login_sessions import IDLE_SECONDS, LoginSessions
from moof.server.auth.principal import LOCAL_OWNER, Principal
from moof.server.auth.roles import Role
from moof.server.auth.token_store import NamedToken, TokenStore, UsedUpError

NOW = 1_700_000_000.0
ADDRESS = "10.0.0.1"


@pytest.fixture
def credentials(tmp_path: Path) -> Credentials:
    return Credentials.at(tmp_path / TOKENS_FILE)


async def add(credentials: Credentials, role: Role, lifetime: float | None = None) -> tuple[NamedToken, str]:
    return await credentials.add_token(role, role.value, NOW, lifetime)


async def signed_in(credentials: Credentials, token: NamedToken) -> tuple[str, Principal]:
    """Return the cookie of a new login session, and whom it shows."""
    cookie = await credentials.sign_in(token, ADDRESS, NOW)
    principal = credentials.principal_of_cookies([cookie], ADDRESS, NOW)
    assert principal is not None
    return cookie, principal


async def test_a_token_shows_its_role_and_name(credentials: Credentials) -> None:
    token, secret = await add(credentials, Role.PLAYER)
    assert credentials.principal_of_token(secret, ADDRESS, NOW) == Principal(
        Role.PLAYER, "player", ADDRESS, token=token.id
    )
    assert credentials.principal_of_token("wrong", ADDRESS, NOW) is None


async def test_the_start_token_is_the_owners_and_in_no_file(credentials: Credentials, tmp_path: Path) -> None:
    principal = credentials.principal_of_token(credentials.start_secret, ADDRESS, NOW)
    assert principal is not None
    assert (principal.role, principal.token) == (Role.OWNER, START_TOKEN)
    assert credentials.is_valid(principal, NOW)
    assert credentials.tokens == ()
    assert Credentials.at(tmp_path / TOKENS_FILE).token(credentials.start_secret, NOW) is None


async def test_a_login_session_of_the_start_token_outlives_the_server(
    credentials: Credentials, tmp_path: Path
) -> None:
    start = credentials.token(credentials.start_secret, NOW)
    assert start is not None
    cookie, principal = await signed_in(credentials, start)
    later = Credentials.at(tmp_path / TOKENS_FILE)
    assert later.principal_of_cookies([cookie], ADDRESS, NOW) == principal
    assert later.is_valid(principal, NOW)


async def test_of_several_cookies_the_highest_role_counts(credentials: Credentials) -> None:
    cookies = ["wrong"]
    for role in (Role.VIEWER, Role.OWNER, Role.PLAYER):
        token, _ = await add(credentials, role)
        cookies.append(await credentials.sign_in(token, ADDRESS, NOW))
    principal = credentials.principal_of_cookies(cookies, ADDRESS, NOW)
    assert principal is not None
    assert principal.role is Role.OWNER
    assert credentials.principal_of_cookies([], ADDRESS, NOW) is None


async def test_a_withdrawn_token_ends_its_login_sessions(credentials: Credentials) -> None:
    token, secret = await add(credentials, Role.PLAYER)
    cookie, principal = await signed_in(credentials, token)
    bearer = credentials.principal_of_token(secret, ADDRESS, NOW)
    assert bearer is not None
    assert await credentials.remove_token(token.id)
    assert not await credentials.remove_token(token.id)
    assert credentials.principal_of_cookies([cookie], ADDRESS, NOW) is None
    assert not credentials.is_valid(principal, NOW)
    assert not credentials.is_valid(bearer, NOW)
    assert credentials.logins(NOW) == []


async def test_a_login_session_expires_no_later_than_its_token(credentials: Credentials) -> None:
    token, secret = await add(credentials, Role.PLAYER, lifetime=60.0)
    cookie, principal = await signed_in(credentials, token)
    assert credentials.is_valid(principal, NOW + 59)
    assert not credentials.is_valid(principal, NOW + 60)
    assert credentials.principal_of_cookies([cookie], ADDRESS, NOW + 60) is None
    assert credentials.principal_of_token(secret, ADDRESS, NOW + 60) is None


async def test_a_login_session_expires_when_it_is_not_used(credentials: Credentials) -> None:
    token, _ = await add(credentials, Role.PLAYER)
    cookie, principal = await signed_in(credentials, token)
    almost = NOW + IDLE_SECONDS - 1
    credentials.use(principal, almost)
    assert credentials.is_valid(principal, NOW + IDLE_SECONDS)
    assert credentials.principal_of_cookies([cookie], ADDRESS, almost + IDLE_SECONDS) is None
    assert not credentials.is_valid(principal, almost + IDLE_SECONDS)


async def test_changes_of_other_processes_are_seen_at_the_next_look(
    credentials: Credentials, tmp_path: Path
) -> None:
    store, logins = TokenStore(tmp_path / TOKENS_FILE), LoginSessions(tmp_path / SESSIONS_FILE)
    ann, secret = store.add(Role.PLAYER, "Ann", NOW)
    assert credentials.token(secret, NOW) is None
    await credentials.reload()
    assert credentials.token(secret, NOW) == ann
    _, principal = await signed_in(credentials, ann)
    assert [each.id for each in credentials.logins(NOW)] == [principal.login]
    logins.remove([principal.login or ""])
    await credentials.reload()
    assert not credentials.is_valid(principal, NOW)


async def test_uses_are_written(credentials: Credentials, tmp_path: Path) -> None:
    token, _ = await add(credentials, Role.PLAYER)
    _, principal = await signed_in(credentials, token)
    credentials.use(principal, NOW + 5)
    credentials.use(LOCAL_OWNER, NOW + 5)
    await credentials.save_seen()
    (login,) = Credentials.at(tmp_path / TOKENS_FILE).logins(NOW + 5)
    assert login.last_seen == NOW + 5


async def test_signing_out_ends_the_login_session_alone(credentials: Credentials) -> None:
    token, secret = await add(credentials, Role.PLAYER)
    _, principal = await signed_in(credentials, token)
    assert await credentials.end_logins([principal.login or ""]) == 1
    assert not credentials.is_valid(principal, NOW)
    assert credentials.token(secret, NOW) == token


def test_whoever_needs_no_token_stays_valid(credentials: Credentials) -> None:
    assert credentials.is_valid(LOCAL_OWNER, NOW)


async def test_each_login_session_is_one_use_and_outlives_the_last(credentials: Credentials) -> None:
    token, secret = await credentials.add_token(Role.PLAYER, "x", NOW, None, uses=2)
    assert credentials.principal_of_token(secret, ADDRESS, NOW) is None
    people = [(await signed_in(credentials, token))[1] for _ in range(2)]
    with pytest.raises(UsedUpError):
        await credentials.sign_in(token, ADDRESS, NOW)
    assert len(credentials.logins(NOW)) == 2
    assert all(credentials.is_valid(each, NOW) for each in people)
    await credentials.remove_token(token.id)
    assert not any(credentials.is_valid(each, NOW) for each in people)


async def test_two_sign_ins_at_once_share_no_use(credentials: Credentials) -> None:
    token, _ = await credentials.add_token(Role.PLAYER, "x", NOW, None, uses=1)
    attempts = [credentials.sign_in(token, ADDRESS, NOW) for _ in range(4)]
    answers = await asyncio.gather(*attempts, return_exceptions=True)
    assert sorted(type(each).__name__ for each in answers) == ["UsedUpError"] * 3 + ["str"]
