"""Signing in; what the middleware makes of it is in test_access_middleware.py."""

from pathlib import Path
from typing import Any

import pytest

from moof.server.auth.access import AccessRules
from moof.server.auth.audit import Actor, AuditEvent, AuditLog
from moof.server.auth.credential_store import TOKENS_FILE
from moof.server.auth.roles import Role
from moof.server.auth.token_store import TokenStore
from moof.server.http.sign_in import SignIn, WrongTokenError
from support.access import new_tokens, open_rules


def scope_of(rules: AccessRules, scheme: str, cookie: str = "") -> Any:
    headers = [(b"cookie", cookie.encode())] if cookie else []
    scope = {"type": "http", "scheme": scheme, "headers": headers, "client": ("10.0.0.1", 4711)}
    return rules.identified(scope)


@pytest.mark.parametrize(("scheme", "secure"), [("https", True), ("http", False)])
async def test_the_cookie_is_secure_if_the_page_came_by_https(
    scheme: str, secure: bool, tmp_path: Path
) -> None:
    token = new_tokens(tmp_path)[Role.PLAYER]
    rules = open_rules(tmp_path)
    cookie = await SignIn(rules, AuditLog()).attempt(token, scope_of(rules, scheme))
    assert cookie is not None
    assert ("; Secure" in cookie) is secure


async def test_it_is_logged_without_the_token(tmp_path: Path) -> None:
    audit = AuditLog()
    token = new_tokens(tmp_path)[Role.PLAYER]
    rules = open_rules(tmp_path)
    await SignIn(rules, audit).attempt(token, scope_of(rules, "http"))
    (entry,) = audit.entries
    assert (entry.event, entry.actor) == (AuditEvent.SIGNED_IN, Actor("player", "player", "10.0.0.1"))
    assert token not in str(entry)


async def test_a_wrong_token_makes_no_login_session(tmp_path: Path) -> None:
    rules = open_rules(tmp_path)
    with pytest.raises(WrongTokenError):
        await SignIn(rules, AuditLog()).attempt("wrong", scope_of(rules, "http"))
    assert rules.credentials.logins(0.0) == []


def counted_token(folder: Path) -> str:
    """Make a token for one login session, and return its secret."""
    return TokenStore(folder / TOKENS_FILE).add(Role.PLAYER, "Ann", 0.0, uses=1)[1]


async def test_a_link_without_uses_left_is_refused_in_plain_words(tmp_path: Path) -> None:
    secret, audit = counted_token(tmp_path), AuditLog()
    rules = open_rules(tmp_path)
    sign_in, stranger = SignIn(rules, audit), scope_of(rules, "http")
    assert sign_in.asks_first(secret, stranger)
    assert await sign_in.attempt(secret, stranger) is not None
    assert not sign_in.asks_first(secret, stranger)
    with pytest.raises(WrongTokenError, match="used as often as it may be"):
        await sign_in.attempt(secret, stranger)
    assert [each.event for each in audit.entries] == [AuditEvent.REFUSED, AuditEvent.SIGNED_IN]
    assert len(rules.credentials.logins(0.0)) == 1


async def test_who_has_signed_in_with_a_link_uses_none_up(tmp_path: Path) -> None:
    secret = counted_token(tmp_path)
    rules = open_rules(tmp_path)
    sign_in = SignIn(rules, AuditLog())
    cookie = await sign_in.attempt(secret, scope_of(rules, "http"))
    assert cookie is not None
    again = scope_of(rules, "http", cookie.partition(";")[0])
    assert not sign_in.asks_first(secret, again)
    assert await sign_in.attempt(secret, again) is None


async def test_a_use_that_cannot_be_written_is_none(tmp_path: Path) -> None:
    secret = counted_token(tmp_path)
    rules = open_rules(tmp_path)
    (tmp_path / TOKENS_FILE).write_text("{")
    with pytest.raises(WrongTokenError, match="cannot be written at this moment"):
        await SignIn(rules, AuditLog()).attempt(secret, scope_of(rules, "http"))
    assert rules.credentials.logins(0.0) == []
