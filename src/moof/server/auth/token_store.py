"""The tokens with which people and scripts sign in: named, kept as hashes, in a file that changes while used.

A token is 24 random bytes, so its SHA-256 without salt reveals nothing, and one look-up by it takes the same
time for every wrong token.
"""

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Self

from moof.plain_text import plain_text
from moof.server.auth.record_file import Document, FileStamp, RecordFile, TokenError
from moof.server.auth.roles import Role

MAX_TOKENS: Final = 200
MAX_NAME: Final = 60
"""Characters of a token's name."""
MAX_LIFETIME: Final = 10 * 365 * 86_400.0
"""Seconds from a token's making to its expiry."""
MAX_USES: Final = 10_000
"""Login sessions that a token whose uses are counted may be good for."""
USED_UP: Final = "This link has been used as often as it may be. Ask for a new one."
_MAX_LENGTH: Final = 256
"""Characters of a presented token that is looked up."""
_MIN_WRITTEN: Final = 16
"""Characters of a token that a person wrote into a file of version 1."""
_BYTES: Final = 24
_ID_BYTES: Final = 4
_VERSION: Final = 2


class UsedUpError(Exception):
    """A token has made as many login sessions as it was good for; the text is for the person who shows it."""


@dataclass(frozen=True, slots=True)
class NamedToken:
    """A token without its secret. `id` is public; `made` and `expires` are in seconds since 1970.

    `uses` is how many login sessions it is good for, None for any number; `used` is how many of those it has
    made. One whose uses are counted is for signing in alone: it stands in no request of a script.
    """

    id: str
    sha256: str
    role: Role
    name: str
    made: float
    expires: float | None = None
    uses: int | None = None
    used: int = 0

    @property
    def is_used_up(self) -> bool:
        """Whether it makes no more login sessions; those that it has made stay valid."""
        return self.uses is not None and self.used >= self.uses

    def is_valid(self, now: float) -> bool:
        """Return whether it has not expired; `now` in seconds since 1970."""
        return self.expires is None or now < self.expires

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Self:
        """Return the token of a record. Raises KeyError, TypeError or ValueError."""
        expires, uses = fields["expires"], fields.get("uses")  # files of earlier versions have no uses
        return cls(
            str(fields["id"]),
            str(fields["sha256"]),
            Role(fields["role"]),
            plain_text(str(fields["name"])),
            float(fields["made"]),
            None if expires is None else float(expires),
            None if uses is None else int(uses),
            int(fields.get("used", 0)),
        )

    def to_json(self) -> dict[str, Any]:
        """Return the record."""
        return {**asdict(self), "role": self.role.value}


def new_secret() -> str:
    """Return a random token or cookie, 32 characters that a URL may contain."""
    return secrets.token_urlsafe(_BYTES)


def new_id() -> str:
    """Return a random public name of a token or login session."""
    return secrets.token_hex(_ID_BYTES)


def sha256_of(secret: str) -> str:
    """Return the SHA-256 of a presented secret, "" for one that is too long to be any."""
    if len(secret) > _MAX_LENGTH:
        return ""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def checked_name(name: str) -> str:
    """Return a token's name as it is shown. Raises ValueError if it is empty or too long."""
    shown = " ".join(plain_text(name).split())
    if not shown or len(shown) > MAX_NAME:
        raise ValueError(f"A token's name has 1 to {MAX_NAME} characters")
    return shown


@dataclass(slots=True)
class TokenStore:
    """The tokens of one file, as they were at the last `reload`; reading them waits for nothing."""

    path: Path
    _file: RecordFile = field(init=False)
    _stamp: FileStamp = field(init=False, default_factory=FileStamp)
    _by_id: dict[str, NamedToken] = field(init=False, default_factory=dict)
    _by_hash: dict[str, NamedToken] = field(init=False, default_factory=dict)
    _removed: set[str] = field(init=False, default_factory=set)
    """Those that were removed while the file could not be changed; the next change removes them there."""

    def __post_init__(self) -> None:
        self._file = RecordFile(self.path)

    @property
    def tokens(self) -> tuple[NamedToken, ...]:
        """All tokens, expired ones included, the oldest first."""
        return tuple(self._by_id.values())

    def find(self, token: str) -> NamedToken | None:
        """Return the token with this id, None if it was removed."""
        return self._by_id.get(token)

    def find_secret(self, secret: str) -> NamedToken | None:
        """Return what is known of a presented token, None for a wrong one."""
        return self._by_hash.get(sha256_of(secret))

    def reload(self) -> None:
        """Read the file if it has changed; an old one (version 1) is converted. Raises TokenError."""
        stamp = self._file.stamp()
        if stamp == self._stamp:
            return
        document = self._file.read()
        if document and document.get("version") != _VERSION:
            with self._file.changing() as document:
                _write(document, self._tokens_in(document))
            stamp = self._file.stamp()
        tokens = self._tokens_in(document)
        self._removed &= {each.id for each in tokens}
        self._set(tokens)
        self._stamp = stamp

    def add(
        self, role: Role, name: str, now: float, lifetime: float | None = None, uses: int | None = None
    ) -> tuple[NamedToken, str]:
        """Make a token for a role; return it and its secret, which is kept nowhere.

        Args:
            role: What those who have the token may do.
            name: Whom or what it is for, to be shown.
            now: Seconds since 1970.
            lifetime: Seconds until it expires, None for never.
            uses: Login sessions that it may make, None for any number.

        Raises:
            ValueError: The name, lifetime or number is not possible, or there are too many tokens.
            TokenError: The file cannot be changed.
        """
        if lifetime is not None and not 0 < lifetime <= MAX_LIFETIME:
            raise ValueError("A token's lifetime is more than 0 s and at most ten years")
        if uses is not None and not 1 <= uses <= MAX_USES:
            raise ValueError(f"A token has 1 to {MAX_USES} uses, or any number")
        secret = new_secret()
        expires = None if lifetime is None else now + lifetime
        token = NamedToken(new_id(), sha256_of(secret), role, checked_name(name), now, expires, uses)
        with self._file.changing() as document:
            tokens = self._kept_in(document)
            if len(tokens) >= MAX_TOKENS:
                raise ValueError(f"There are {MAX_TOKENS} tokens already; remove some first")
            _write(document, [*tokens, token])
        self.reload()
        return token, secret

    def use(self, token: str) -> None:
        """Count one use of a token whose uses are counted; of two at once, in any process, each is counted.

        Raises:
            UsedUpError: It has no use left, or was removed meanwhile.
            TokenError: The file cannot be changed: a use that is not written is none.
        """
        with self._file.changing() as document:
            tokens = {each.id: each for each in self._kept_in(document)}
            found = tokens.get(token)
            if found is None or found.is_used_up:
                raise UsedUpError(USED_UP)
            if found.uses is not None:
                tokens[token] = replace(found, used=found.used + 1)
            _write(document, [*tokens.values()])
        self.reload()

    def remove(self, token: str) -> bool:
        """Withdraw a token; return False if there is none with this id.

        Raises TokenError if the file cannot be changed; then it is withdrawn for this process.
        """
        if token in self._by_id:
            self._removed.add(token)
            self._set(self._by_id.values())
        with self._file.changing() as document:
            present = {each.id for each in self._tokens_in(document)}
            _write(document, [each for each in self._kept_in(document) if each.id != token])
        self.reload()
        return token in present

    def save_removed(self) -> None:
        """Remove from the file what could not be removed before. Raises TokenError."""
        for token in [*self._removed]:
            self.remove(token)

    def _set(self, tokens: Iterable[NamedToken]) -> None:
        self._by_id = {each.id: each for each in tokens if each.id not in self._removed}
        self._by_hash = {each.sha256: each for each in self._by_id.values()}

    def _kept_in(self, document: Document) -> list[NamedToken]:
        """Return the tokens of a file's contents that were not removed. Raises TokenError."""
        return [each for each in self._tokens_in(document) if each.id not in self._removed]

    def _tokens_in(self, document: Document) -> list[NamedToken]:
        """Return the tokens of a file's contents. Raises TokenError."""
        try:
            if "version" not in document:
                return _version_1(document, self.path)
            if document["version"] != _VERSION:
                raise ValueError(f"version {document['version']} is unknown")
            return [NamedToken.from_json(each) for each in document["tokens"]]
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise TokenError(f"{self.path} cannot be used ({error}); delete it to begin anew.") from error


def _write(document: Document, tokens: Sequence[NamedToken]) -> None:
    document.clear()
    document.update(version=_VERSION, tokens=[each.to_json() for each in tokens])


def _version_1(document: Document, path: Path) -> list[NamedToken]:
    """Return the tokens of a file that holds one plain text for each role, or of an empty one.

    Raises:
        TokenError: A text is too short, or both are the same.
    """
    secrets_of = {Role(name): secret for name, secret in document.items()}
    if not all(isinstance(each, str) and len(each) >= _MIN_WRITTEN for each in secrets_of.values()):
        raise TokenError(f"The tokens in {path} are too short; delete the file to begin anew.")
    if len(set(secrets_of.values())) < len(secrets_of):
        raise TokenError(f"Both tokens in {path} are the same; delete the file to begin anew.")
    return [
        NamedToken(role.value, sha256_of(secret), role, role.value, 0.0)
        for role, secret in secrets_of.items()
    ]
