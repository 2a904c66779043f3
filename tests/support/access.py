"""Access rules for tests, and a token of each role."""

from __future__ import annotations

from pathlib import Path

from moof.server.auth.access import AccessRules
from moof.server.auth.credential_store import TOKENS_FILE, Credentials
from moof.server.auth.exemptions import Everybody, Nobody
from moof.server.auth.login_sessions import LoginSessions
from moof.server.auth.origins import Origin
from moof.server.auth.roles import Role
from moof.server.auth.token_store import TokenStore

LONG_AGO = 1_000_000_000.0


def new_tokens(folder: Path) -> dict[Role, str]:
    """Make a token of each role, named after it, and return their secrets."""
    store = TokenStore(folder / TOKENS_FILE)
    return {role: store.add(role, role.value, LONG_AGO)[1] for role in Role}


def local_rules(folder: Path, page_port: int = 8080) -> AccessRules:
    """Return the rules of a server on this machine that asks nobody for a token."""
    return AccessRules("127.0.0.1", page_port, Credentials.at(folder / TOKENS_FILE), Everybody())


def open_rules(
    folder: Path, page_port: int = 8080, origins: frozenset[Origin] = frozenset(), *, tls: bool = False
) -> AccessRules:
    """Return the rules of a server that other machines reach, with the tokens in the folder."""
    return AccessRules("0.0.0.0", page_port, Credentials.at(folder / TOKENS_FILE), Nobody(), origins, tls=tls)


def empty_credentials() -> Credentials:
    """Return credentials without a file: only the start token is valid."""
    nowhere = Path("/nonexistent")
    return Credentials(TokenStore(nowhere / "tokens.json"), LoginSessions(nowhere / "sessions.json"))
