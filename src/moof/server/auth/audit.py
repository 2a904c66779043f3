"""The audit log: who signed in from where, who was refused, and who switched or changed what.

Each entry is one line of the logger `moof.audit`: pairs of a name and a value, quoted as in JSON unless
it is one plain word. The newest are kept in memory for `GET /api/audit`.
"""

import json
import logging
import re
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from starlette.types import Scope

from moof.plain_text import plain_text
from moof.server.auth.principal import PRINCIPAL, Principal
from moof.token_bucket import TokenBucket

LOGGER_NAME: Final = "moof.audit"
LOG: Final = logging.getLogger(LOGGER_NAME)

MAX_ENTRIES: Final = 1_000
MAX_REFUSALS: Final = 250
"""Refusals are kept apart: strangers cause them, and must not displace the other entries."""
MAX_DETAIL: Final = 200
"""Characters of an entry's detail; the rest is cut off."""
_MAX_NAME: Final = 100
_ENTRIES_PER_SECOND: Final = 2.0
_ENTRY_BURST: Final = 100.0
_REFUSALS_PER_SECOND: Final = 0.5
_REFUSAL_BURST: Final = 20.0
_PLAIN_VALUE: Final = re.compile(r"[\w.:/@%+-]+")


class AuditEvent(Enum):
    """What an entry is about."""

    SIGNED_IN = "signed-in"
    SIGNED_OUT = "signed-out"
    REFUSED = "refused"
    ABUSE = "disconnected-for-abuse"
    POWER = "power"
    PREFERENCES = "preferences"
    CONFIGURATION = "configuration"
    EMULATOR = "emulator"
    FILES = "files"
    TOKENS = "tokens"
    SESSIONS = "sessions"
    FLOOR = "floor"


_WARNINGS: Final = frozenset({AuditEvent.REFUSED, AuditEvent.ABUSE})


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did something: a role ("" if it is not known), the name of a login session, and an address."""

    role: str
    name: str
    address: str

    @classmethod
    def of(cls, principal: Principal) -> "Actor":
        """Return a known sender as the log names it."""
        return cls(principal.role.value, principal.name, principal.address)

    @classmethod
    def of_request(cls, scope: Scope) -> "Actor":
        """Return the sender of an identified request or WebSocket, who may be a stranger."""
        principal: Principal | None = scope.get(PRINCIPAL)
        address, _ = scope.get("client") or ("", 0)
        return cls.of(principal) if principal is not None else cls("", "", address)


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One entry; `time` in seconds since 1970.

    `suppressed` is how many of the same event before it were left out, because there were too many.
    """

    number: int
    time: float
    event: AuditEvent
    actor: Actor
    detail: str = ""
    suppressed: int = 0

    def __str__(self) -> str:
        """Return the line that is logged."""
        actor = self.actor
        fields = {"event": self.event.value, "role": actor.role, "name": actor.name, "address": actor.address}
        fields["detail"] = self.detail
        if self.suppressed:
            fields["suppressed"] = str(self.suppressed)
        return " ".join(f"{name}={_quoted(value)}" for name, value in fields.items() if value)


class AuditLog:
    """Writes entries, and keeps the newest ones. On the event loop."""

    def __init__(self) -> None:
        self._entries: deque[AuditEntry] = deque(maxlen=MAX_ENTRIES)
        self._refusals: deque[AuditEntry] = deque(maxlen=MAX_REFUSALS)
        self._limits = {event: _EventLimit(event) for event in AuditEvent}
        self._written = 0

    @property
    def entries(self) -> Sequence[AuditEntry]:
        """The entries that are kept, the newest first."""
        return sorted((*self._entries, *self._refusals), key=lambda entry: -entry.number)

    def record(self, event: AuditEvent, actor: Actor, detail: str, now: float) -> None:
        """Write an entry, unless there were too many of the same event; `now` in seconds since 1970."""
        suppressed = self._limits[event].admit(now)
        if suppressed is None:
            return
        self._written += 1
        named = Actor(actor.role, _plain(actor.name, _MAX_NAME), _plain(actor.address, _MAX_NAME))
        entry = AuditEntry(self._written, now, event, named, _plain(detail, MAX_DETAIL), suppressed)
        (self._refusals if event is AuditEvent.REFUSED else self._entries).append(entry)
        LOG.log(logging.WARNING if event in _WARNINGS else logging.INFO, "%s", entry)


class _EventLimit:
    """How often one event may be written, and how many entries were left out since the last one."""

    def __init__(self, event: AuditEvent) -> None:
        if event is AuditEvent.REFUSED:
            self._bucket = TokenBucket(_REFUSALS_PER_SECOND, _REFUSAL_BURST)
        else:
            self._bucket = TokenBucket(_ENTRIES_PER_SECOND, _ENTRY_BURST)
        self._last: float | None = None
        self._elapsed = 0.0
        """Seconds for which the system's clock went forward: it may be set back, the bucket's may not."""
        self._suppressed = 0

    def admit(self, now: float) -> int | None:
        """Return how many were left out before an entry that may be written, None if it may not."""
        self._elapsed += max(0.0, now - (now if self._last is None else self._last))
        self._last = now
        if not self._bucket.take(self._elapsed):
            self._suppressed += 1
            return None
        suppressed, self._suppressed = self._suppressed, 0
        return suppressed


def _plain(text: str, length: int) -> str:
    """Return a text that anybody may have written as at most `length` characters of one line."""
    encodable = text[: 4 * length].encode(errors="replace").decode()
    return " ".join(plain_text(encodable).split())[:length]


def _quoted(value: str) -> str:
    return value if _PLAIN_VALUE.fullmatch(value) else json.dumps(value, ensure_ascii=False)
