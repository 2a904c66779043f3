"""The links that start a Mac from a state: which states have one, and what the links contain.

A link's token is an HMAC (RFC 2104) of the state's own SHA-256, by a key of the link's that only the server
has: it names no file, stays valid when the state gets another name, and ends when the state is deleted. The
methods may wait for a disk: not for the event loop.
"""

import base64
import hmac
import secrets
import threading
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Self

from moof.server.auth.record_file import RecordFile, TokenError
from moof.server.auth.token_store import new_id
from moof.server.forks.errors import ForkError, NoSuchForkError, TooManyForksError
from moof.server.forks.fork_documents import CopiedDocuments, ForkDocuments
from moof.states import StateError
from moof.states.state_shelf import StateShelf

MAX_LINKS: Final = 100
MAX_TOKEN: Final = 64
"""Characters of a presented token that is looked up."""
_KEY_BYTES: Final = 32
_NO_LINK: Final = "This link is none of this Mac’s, or it was withdrawn. Ask for a new one."


@dataclass(frozen=True, slots=True)
class ForkLink:
    """A link: its public id, the SHA-256 of its state and its key in hexadecimal; seconds since 1970.

    `documents` is what the disk of its Macs begins with.
    """

    id: str
    digest: str
    key: str
    made: float
    documents: CopiedDocuments = CopiedDocuments.NONE

    @property
    def token(self) -> str:
        """The secret in the link's address, 43 characters that a URL may contain."""
        code = hmac.digest(bytes.fromhex(self.key), bytes.fromhex(self.digest), "sha256")
        return base64.urlsafe_b64encode(code).rstrip(b"=").decode()

    def identity(self, click: str) -> str:
        """Return the identity of the Mac that a click starts, as secret as `click`; 32 hexadecimal digits."""
        return hmac.digest(bytes.fromhex(self.key), f"click {click}".encode(), "sha256").hex()[:32]

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Self:
        """Return the link of a record. Raises KeyError, TypeError or ValueError."""
        identity, digest, key = (str(fields[name]) for name in ("id", "digest", "key"))
        documents = CopiedDocuments(fields.get("documents", CopiedDocuments.NONE))  # links of old have none
        link = cls(identity, digest, key, float(fields["made"]), documents)
        bytes.fromhex(link.digest + link.key)
        return link


class ForkLinks:
    """The links of a shelf's states, in one file. All methods raise ForkError if that cannot be used."""

    def __init__(self, file: Path, shelf: StateShelf, documents: ForkDocuments) -> None:
        self._file = RecordFile(file)
        self._shelf = shelf
        self._documents = documents
        self._changing = threading.Lock()

    def add(self, state: str, now: float) -> ForkLink:
        """Return the link of a state, a new one if it has none: then the present documents are copied.

        Raises StateError for an unknown state.
        """
        digest = self._shelf.digest(state)
        with self._changing:
            links = {each.digest: each for each in self.states().values()}
            if digest not in links:
                if len(links) >= MAX_LINKS:
                    raise TooManyForksError("There are too many links: withdraw some.")
                name = new_id()
                documents = self._documents.copy(name)
                links[digest] = ForkLink(name, digest, secrets.token_hex(_KEY_BYTES), now, documents)
            self._store(links.values())
        return links[digest]

    def states(self) -> dict[str, ForkLink]:
        """Return the links whose state is on the shelf, by its name."""
        known = self._shelf.digests()
        return {known[each.digest]: each for each in self._links() if each.digest in known}

    def find(self, token: str) -> tuple[str, ForkLink]:
        """Return the state's name and the link with this token. Raises NoSuchForkError."""
        presented = token[:MAX_TOKEN].encode(errors="replace")
        for state, link in self.states().items():
            if hmac.compare_digest(link.token.encode(), presented):
                return state, link
        raise NoSuchForkError(_NO_LINK)

    def read(self, state: str) -> bytes:
        """Return the bytes of a link's state, which are not checked. Raises NoSuchForkError."""
        try:
            return self._shelf.read(state)
        except StateError as error:
            raise NoSuchForkError(_NO_LINK) from error

    def picture(self, token: str) -> bytes:
        """Return the picture of a link's state, a PNG file. Raises NoSuchForkError."""
        state, _ = self.find(token)
        try:
            return self._shelf.summary(state).picture
        except StateError as error:
            raise NoSuchForkError(_NO_LINK) from error

    def remove(self, link: str) -> bool:
        """Withdraw a link; return False if there is none with this id."""
        with self._changing:
            links = self._links()
            self._store([each for each in links if each.id != link])
        return any(each.id == link for each in links)

    def _store(self, links: Collection[ForkLink]) -> None:
        """Keep these links, and of the copied documents theirs."""
        try:
            with self._file.changing() as document:
                document["links"] = [asdict(each) for each in links]
        except TokenError as error:
            raise ForkError(str(error)) from error
        self._documents.keep({each.id for each in links})

    def _links(self) -> list[ForkLink]:
        try:
            return _links_in(self._file.read())
        except TokenError as error:
            raise ForkError(str(error)) from error


def _links_in(document: Mapping[str, Any]) -> list[ForkLink]:
    """Return the links of the file's contents. Raises ForkError."""
    try:
        return [ForkLink.from_json(each) for each in document.get("links", [])]
    except (KeyError, TypeError, ValueError) as error:
        raise ForkError("The file of links is damaged.") from error
