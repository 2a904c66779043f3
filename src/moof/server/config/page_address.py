"""The address by which a page has reached the server, as its Host header says."""

import ipaddress
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class PageAddress:
    """A host name or address, "" if it is not known, and a port, None for the scheme's own."""

    host: str = ""
    port: int | None = None

    @classmethod
    def from_header(cls, host: str) -> "PageAddress":
        """Read a Host header, for IPv6 addresses with brackets; NO_PAGE_ADDRESS if it is malformed."""
        try:
            parts = urlsplit(f"//{host}")
            return cls(parts.hostname or "", parts.port)
        except ValueError:
            return NO_PAGE_ADDRESS

    @property
    def is_numeric(self) -> bool:
        """Whether the host is an IP address."""
        try:
            ipaddress.ip_address(self.host)
        except ValueError:
            return False
        return True


NO_PAGE_ADDRESS: Final = PageAddress()
