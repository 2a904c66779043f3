"""What people and scripts show to say who they are: tokens, and the cookies of login sessions.

The server looks up both in memory. The commands `moof tokens` and `moof sessions` change the files while it
runs, so it looks at them again and again.
"""

import asyncio
import contextlib
import time
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import platformdirs

from moof.server.auth.login_sessions import LoginSession, LoginSessions
from moof.server.auth.principal import Principal
from moof.server.auth.record_file import TokenError
from moof.server.auth.roles import Role
from moof.server.auth.token_store import NamedToken, TokenStore, new_secret, sha256_of

START_TOKEN: Final = "start"
"""The id of the token that each start of the server makes. Login sessions made from it outlive the start."""
_MEANWHILE: Final = "What was removed stays removed while the server runs, which writes it as soon as it can."
SESSIONS_FILE: Final = "sessions.json"
TOKENS_FILE: Final = "tokens.json"


def default_token_file() -> Path:
    """Return where the tokens are unless an option names another file: in the platform's folder for data."""
    return platformdirs.user_data_path("moof") / TOKENS_FILE


class Credentials:
    """The tokens and login sessions of a running server. Times are in seconds since 1970.

    The coroutines use the files in another thread, one at a time; the other methods wait for nothing.
    """

    def __init__(self, tokens: TokenStore, logins: LoginSessions) -> None:
        self.start_secret = new_secret()
        """A token of the owner's, valid while the server runs; it is part of the address that is printed."""
        self._start = NamedToken(START_TOKEN, sha256_of(self.start_secret), Role.OWNER, "owner", 0.0)
        self._tokens = tokens
        self._logins = logins
        self._granted: dict[str, NamedToken] = {}
        """Of people whom another server knows, as long as it does; nobody presents them."""
        self._files = asyncio.Lock()

    @classmethod
    def at(cls, token_file: Path) -> "Credentials":
        """Return those in this file, and the login sessions beside it. Raises TokenError."""
        tokens = TokenStore(token_file)
        logins = LoginSessions(token_file.with_name(SESSIONS_FILE))
        tokens.reload()
        logins.reload()
        return cls(tokens, logins)

    @property
    def tokens(self) -> Collection[NamedToken]:
        """The tokens in the file, expired ones included."""
        return self._tokens.tokens

    def logins(self, now: float) -> Collection[LoginSession]:
        """Return the login sessions that are valid."""
        return [each for each in self._logins.sessions if self._is_valid_login(each, now)]

    def token(self, secret: str, now: float) -> NamedToken | None:
        """Return the token with this secret, None if it is wrong or has expired."""
        if sha256_of(secret) == self._start.sha256:
            return self._start
        found = self._tokens.find_secret(secret)
        return found if found is not None and found.is_valid(now) else None

    def principal_of_token(self, secret: str, address: str, now: float) -> Principal | None:
        """Return who shows a token with a request, None if it is wrong, expired or for sign-ins alone."""
        found = self.token(secret, now)
        if found is None or found.uses is not None:
            return None
        return Principal(found.role, found.name, address, token=found.id)

    def principal_of_cookies(self, cookies: Iterable[str], address: str, now: float) -> Principal | None:
        """Return who shows these cookies: of several, that with the highest role counts.

        A page on another port of the same host can add some.
        """
        found = [self._logins.find_secret(each) for each in cookies]
        valid = [each for each in found if each is not None and self._is_valid_login(each, now)]
        best = next((each for role in Role for each in valid if each.role is role), None)
        if best is None:
            return None
        self._logins.seen(best.id, now, address)
        return Principal(best.role, best.name, address, best.id, best.token)

    def grant(self, token: NamedToken) -> None:
        """Make the login sessions valid that are, or will be, made from a token that is in no file."""
        self._granted[token.id] = token

    def revoke(self, token: str) -> None:
        """End the login sessions of a granted token, by its id; without effect for others."""
        self._granted.pop(token, None)

    def is_valid(self, principal: Principal, now: float) -> bool:
        """Return whether a sender who was known before is still known: not withdrawn, ended or expired."""
        if principal.login is not None:
            login = self._logins.find(principal.login)
            return login is not None and self._is_valid_login(login, now)
        return principal.token is None or self._is_valid_token(principal.token, now)

    def use(self, principal: Principal, now: float) -> None:
        """Note that a sender is still there: a viewer's login session does not expire while it watches."""
        if principal.login is not None:
            self._logins.seen(principal.login, now, principal.address)

    async def sign_in(self, token: NamedToken, address: str, now: float, replaces: str = "") -> str:
        """Make a login session, and end the one with the id `replaces`; return the cookie's value.

        Raises UsedUpError, or TokenError if the use of a token with a number of them cannot be written.
        """
        async with self._files:
            if token.uses is not None:
                await asyncio.to_thread(self._tokens.use, token.id)
            _, cookie = await asyncio.to_thread(self._logins.add, token, now, address, replaces)
        return cookie

    async def end_logins(self, logins: Iterable[str]) -> int:
        """End login sessions; return how many there were.

        Raises TokenError if the file cannot be changed; they have ended nevertheless, until a restart.
        """
        async with self._files:
            with _explained():
                return await asyncio.to_thread(self._logins.remove, logins)

    async def add_token(
        self, role: Role, name: str, now: float, lifetime: float | None, uses: int | None = None
    ) -> tuple[NamedToken, str]:
        """Make a token; return it and its secret. Raises ValueError or TokenError, as `TokenStore.add`."""
        async with self._files:
            return await asyncio.to_thread(self._tokens.add, role, name, now, lifetime, uses)

    async def remove_token(self, token: str) -> bool:
        """Withdraw a token; return False if there is none with this id.

        Raises TokenError if the file cannot be changed; it is withdrawn nevertheless, until a restart.
        """
        async with self._files:
            with _explained():
                return await asyncio.to_thread(self._tokens.remove, token)

    async def reload(self) -> None:
        """Read the files if others have changed them. Raises TokenError; then what was known stays valid."""
        async with self._files:
            await asyncio.to_thread(self._reload)

    async def save_seen(self) -> None:
        """Write when login sessions were used last, and what could not be removed. Raises TokenError."""
        async with self._files:
            await asyncio.to_thread(self._save)

    def _reload(self) -> None:
        try:
            self._tokens.reload()
        finally:
            self._logins.reload()

    def _save(self) -> None:
        try:
            self._tokens.save_removed()
        finally:
            self._logins.save_seen()

    def _is_valid_login(self, login: LoginSession, now: float) -> bool:
        if now >= login.expires:
            return False
        return login.token == START_TOKEN or self._is_valid_token(login.token, now)

    def _is_valid_token(self, token: str, now: float) -> bool:
        found = self._start if token == START_TOKEN else self._granted.get(token) or self._tokens.find(token)
        return found is not None and found.is_valid(now)


@contextlib.contextmanager
def _explained() -> Iterator[None]:
    """Add to a TokenError what a removal is worth that could not be written."""
    try:
        yield
    except TokenError as error:
        raise TokenError(f"{error} {_MEANWHILE}") from error


@dataclass(frozen=True, slots=True)
class KnownSender:
    """Who sends a request that takes long, such as an upload; it ends when they are no longer known."""

    credentials: Credentials
    principal: Principal

    @property
    def is_known(self) -> bool:
        """Whether what the sender showed is still valid."""
        return self.credentials.is_valid(self.principal, time.time())
