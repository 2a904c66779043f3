"""Login sessions: what a sign-in makes, and a browser shows by its cookie from then on.

They stand in a file, so that a restart of the server ends none. Only the hash of the cookie is kept.
"""

import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Self

from moof.plain_text import plain_text
from moof.server.auth.record_file import Document, FileStamp, RecordFile, TokenError
from moof.server.auth.roles import Role
from moof.server.auth.token_store import NamedToken, new_id, new_secret, sha256_of

LOG: Final = logging.getLogger(__name__)

MAX_LOGIN_SESSIONS: Final = 300
IDLE_SECONDS: Final = 30 * 86_400.0
"""How long after its last use a login session is valid."""
MAX_ADDRESS: Final = 64
"""Characters of an address that are kept: a proxy may name anything."""
_MAX_AHEAD: Final = 3600.0
"""Seconds by which a last use in the file may be later than one that was noted: by another server's."""
_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class LoginSession:
    """A browser that has signed in. Times are in seconds since 1970; `token` is the id of its token."""

    id: str
    sha256: str
    role: Role
    name: str
    token: str
    address: str
    made: float
    last_seen: float

    @property
    def expires(self) -> float:
        """When it ends unless it is used before."""
        return self.last_seen + IDLE_SECONDS

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Self:
        """Return the login session of a record. Raises KeyError, TypeError or ValueError."""
        return cls(
            str(fields["id"]),
            str(fields["sha256"]),
            Role(fields["role"]),
            plain_text(str(fields["name"])),
            str(fields["token"]),
            plain_text(str(fields["address"]))[:MAX_ADDRESS],
            float(fields["made"]),
            float(fields["last_seen"]),
        )

    def to_json(self) -> dict[str, Any]:
        """Return the record."""
        return {**asdict(self), "role": self.role.value}


@dataclass(slots=True)
class LoginSessions:
    """The login sessions of one file, as they were at the last `reload`, and their uses since then.

    `find`, `find_secret` and `seen` wait for nothing; the other methods use the file.
    """

    path: Path
    _file: RecordFile = field(init=False)
    _stamp: FileStamp = field(init=False, default_factory=FileStamp)
    _by_id: dict[str, LoginSession] = field(init=False, default_factory=dict)
    _id_of_hash: dict[str, str] = field(init=False, default_factory=dict)
    _seen: dict[str, tuple[float, str]] = field(init=False, default_factory=dict)
    """Uses that are not in the file yet: when, and from which address."""
    _unsaved: dict[str, LoginSession] = field(init=False, default_factory=dict)
    """Those that the file could not take: they end with the server."""
    _ended: set[str] = field(init=False, default_factory=set)
    """Those that have ended while the file could not be changed; the next change removes them."""

    def __post_init__(self) -> None:
        self._file = RecordFile(self.path)

    @property
    def sessions(self) -> Sequence[LoginSession]:
        """All login sessions, expired ones included, the oldest first."""
        return tuple(self._current(each) for each in self._by_id.values())

    def find(self, login: str) -> LoginSession | None:
        """Return the login session with this id, None if it has ended."""
        found = self._by_id.get(login)
        return self._current(found) if found is not None else None

    def find_secret(self, cookie: str) -> LoginSession | None:
        """Return the login session of a presented cookie, None for a wrong one."""
        login = self._id_of_hash.get(sha256_of(cookie))
        return self.find(login) if login is not None else None

    def seen(self, login: str, now: float, address: str) -> None:
        """Note that a login session was used; `save_seen` writes it."""
        if login in self._by_id:
            self._seen[login] = (now, address[:MAX_ADDRESS])

    def reload(self) -> None:
        """Read the file if it has changed. Raises TokenError."""
        stamp = self._file.stamp()
        if stamp != self._stamp:
            present = self._sessions_in(self._file.read())
            self._ended &= {each.id for each in present}
            self._set(present)
            self._stamp = stamp

    def add(
        self, token: NamedToken, now: float, address: str, replaces: str = ""
    ) -> tuple[LoginSession, str]:
        """Make a login session from a token; return it and its cookie. The one with the id `replaces` ends.

        Of too many, one of the token with the most is removed, the one that was not used for longest: whoever
        signs in again and again with one token ends no login session of another one.
        """
        cookie = new_secret()
        session = LoginSession(
            new_id(),
            sha256_of(cookie),
            token.role,
            token.name,
            token.id,
            address[:MAX_ADDRESS],
            made=now,
            last_seen=now,
        )
        self._forget(frozenset({replaces}))
        try:
            with self._file.changing() as document:
                present = [self._current(each) for each in self._kept_in(document)]
                _write(document, [*_without_surplus(present, now), session])
            self.reload()
        except TokenError as error:
            LOG.warning("A login session ends when the server does: %s", error)
            self._unsaved = {each.id: each for each in _without_surplus([*self._unsaved.values()], now)}
            self._unsaved[session.id] = session
            self._set([*self._by_id.values()])
        return session, cookie

    def remove(self, logins: Iterable[str]) -> int:
        """End login sessions; return how many there were.

        Raises TokenError if the file cannot be changed; then they have ended for this process.
        """
        removed = frozenset(logins)
        unsaved = self._forget(removed)
        if unsaved == len(removed):
            return unsaved
        with self._file.changing() as document:
            present = {each.id for each in self._sessions_in(document)}
            _write(document, [each for each in self._kept_in(document) if each.id not in removed])
        self.reload()
        return len(present & removed) + unsaved

    def save_seen(self) -> None:
        """Write when and from where login sessions were used since the last time. Raises TokenError.

        Those that have ended without being removed from the file are removed now.
        """
        if not self._seen and not self._ended:
            return
        written = dict(self._seen)
        with self._file.changing() as document:
            _write(document, [self._current(each) for each in self._kept_in(document)])
        self.reload()
        for login, use in written.items():
            if self._seen.get(login) == use:
                del self._seen[login]

    def _current(self, session: LoginSession) -> LoginSession:
        """Return a login session with its last use."""
        last_seen, address = self._seen.get(session.id, (session.last_seen, session.address))
        if session.last_seen - last_seen <= _MAX_AHEAD:  # else the clock was wrong, and has been set back
            last_seen = max(last_seen, session.last_seen)
        return replace(session, last_seen=last_seen, address=address)

    def _set(self, sessions: Sequence[LoginSession]) -> None:
        present = {each.id: each for each in sessions if each.id not in self._ended}
        self._by_id = {**present, **self._unsaved}
        self._id_of_hash = {each.sha256: each.id for each in self._by_id.values()}
        for login in list(self._seen):  # a copy: the event loop adds some meanwhile
            if login not in self._by_id:
                self._seen.pop(login, None)

    def _forget(self, logins: frozenset[str]) -> int:
        """End login sessions without the file; return how many of them it does not have."""
        unsaved = logins & self._unsaved.keys()
        self._ended |= logins & self._by_id.keys() - unsaved
        self._unsaved = {login: each for login, each in self._unsaved.items() if login not in unsaved}
        self._set([each for each in self._by_id.values() if each.id not in unsaved])
        return len(unsaved)

    def _kept_in(self, document: Document) -> list[LoginSession]:
        """Return the login sessions of a file's contents that have not ended. Raises TokenError."""
        return [each for each in self._sessions_in(document) if each.id not in self._ended]

    def _sessions_in(self, document: Document) -> list[LoginSession]:
        """Return the login sessions of a file's contents. Raises TokenError."""
        try:
            if document and document["version"] != _VERSION:
                raise ValueError(f"version {document['version']} is unknown")
            return [LoginSession.from_json(each) for each in document.get("sessions", [])]
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise TokenError(f"{self.path} cannot be used ({error}); delete it to begin anew.") from error


def _write(document: Document, sessions: Sequence[LoginSession]) -> None:
    document.clear()
    document.update(version=_VERSION, sessions=[each.to_json() for each in sessions])


def _without_surplus(sessions: Sequence[LoginSession], now: float) -> list[LoginSession]:
    """Return the login sessions that have not expired, without one if they are too many for another one."""
    kept = [each for each in sessions if now < each.expires]
    if len(kept) >= MAX_LOGIN_SESSIONS:
        (busiest, _), *_ = Counter(each.token for each in kept).most_common(1)
        kept.remove(min((each for each in kept if each.token == busiest), key=lambda each: each.last_seen))
    return kept
