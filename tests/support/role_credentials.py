"""What a sender may show: each kind of credential, of each role, valid and not."""

from __future__ import annotations

import time
from dataclasses import dataclass

from moof.server.auth.access import AccessRules
from moof.server.auth.roles import Role
from moof.server.auth.token_store import NamedToken
from support.access import LONG_AGO

ADDRESS = "10.0.0.1"


@dataclass(frozen=True)
class RoleCredential:
    """The headers that show it, and the role that it gives, None for none."""

    name: str
    headers: dict[str, str]
    role: Role | None


async def role_credentials(rules: AccessRules) -> list[RoleCredential]:
    """Make tokens and login sessions of each role: valid, expired, withdrawn, ended; and nothing at all."""
    made = [RoleCredential("nothing", {}, None)]
    for role in Role:
        made += await _valid(rules, role)
        made += await _expired(rules, role)
        made += await _withdrawn(rules, role)
    return made


async def _valid(rules: AccessRules, role: Role) -> list[RoleCredential]:
    token, secret = await rules.credentials.add_token(role, "valid", time.time(), None)
    return [
        RoleCredential(f"{role.value}: login session", await _cookie(rules, token, time.time()), role),
        RoleCredential(f"{role.value}: bearer token", _bearer(secret), role),
    ]


async def _expired(rules: AccessRules, role: Role) -> list[RoleCredential]:
    token, secret = await rules.credentials.add_token(role, "expired", LONG_AGO, 60.0)
    lasting, _ = await rules.credentials.add_token(role, "lasting", LONG_AGO, None)
    return [
        RoleCredential(
            f"{role.value}: expired token's session", await _cookie(rules, token, time.time()), None
        ),
        RoleCredential(f"{role.value}: expired bearer token", _bearer(secret), None),
        RoleCredential(f"{role.value}: unused session", await _cookie(rules, lasting, LONG_AGO), None),
    ]


async def _withdrawn(rules: AccessRules, role: Role) -> list[RoleCredential]:
    token, secret = await rules.credentials.add_token(role, "withdrawn", time.time(), None)
    cookie = await _cookie(rules, token, time.time())
    await rules.credentials.remove_token(token.id)
    lasting, _ = await rules.credentials.add_token(role, "lasting", time.time(), None)
    ended = await _cookie(rules, lasting, time.time())
    logins = [each.id for each in rules.credentials.logins(time.time()) if each.token == lasting.id]
    await rules.credentials.end_logins(logins)
    return [
        RoleCredential(f"{role.value}: withdrawn token's session", cookie, None),
        RoleCredential(f"{role.value}: withdrawn bearer token", _bearer(secret), None),
        RoleCredential(f"{role.value}: ended session", ended, None),
    ]


async def _cookie(rules: AccessRules, token: NamedToken, now: float) -> dict[str, str]:
    return {"cookie": f"{rules.cookie.name}={await rules.credentials.sign_in(token, ADDRESS, now)}"}


def _bearer(secret: str) -> dict[str, str]:
    return {"authorization": f"Bearer {secret}"}
