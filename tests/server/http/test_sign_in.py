"""Signing in; what the middleware makes of it is in test_access_middleware.py."""

from pathlib import Path
from typing import Any

import pytest

from moof.server.auth.access import AccessRules
from moof.server.auth.audit import Actor, AuditEvent, AuditLog
from moof.server.auth.roles import Role
from moof.server.http.sign_in import SignIn, WrongTokenError
from support.access import new_tokens, open_rules


def scope_of(rules: AccessRules, scheme: str) -> Any:
    scope = {"type": "http", "scheme": scheme, "headers": [], "client": ("10.0.0.1", 4711)}
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
