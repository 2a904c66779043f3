"""Where the server listens, and whether those who come in need a token.

Light: it is read before anything starts.
"""

import ipaddress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Certificate:
    """Files for TLS, PEM: the certificate with those above it, and its private key."""

    chain: Path
    key: Path

    def __str__(self) -> str:
        return f"{self.chain} and {self.key}"


@dataclass(frozen=True, slots=True)
class Doors:
    """Any address but this machine's own needs a token, unless `insecure`.

    `names` are further host names under which a reverse proxy leads others here; they need tokens, too.
    `token_file` is where the tokens are kept (None: the platform's place), `certificate` is for TLS.
    """

    host: str = "127.0.0.1"
    insecure: bool = False
    names: tuple[str, ...] = ()
    token_file: Path | None = None
    certificate: Certificate | None = None

    @property
    def guarded(self) -> bool:
        """True if a token is needed."""
        return not self.insecure and (bool(self.names) or not is_loopback(self.host))


def is_loopback(host: str) -> bool:
    """Say whether only this machine can reach a server that listens there."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
