"""ICE servers in Link headers, as WHIP has them (RFC 9725, section 4.4; RFC 8288). Pure."""

import re
from collections.abc import Iterator
from typing import Final

from moof.server.config.options import IceServer, MediaNetworkError

MAX_LINK_LENGTH: Final = 8192
MAX_SERVERS: Final = 8
_TOKEN: Final = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_PARAMETER: Final = re.compile(rf'\s*;\s*({_TOKEN})\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|({_TOKEN})))?')
_TARGET: Final = re.compile(r"[\s,]*<([^>]*)>")
_ESCAPED: Final = re.compile(r"\\(.)")


def ice_servers(header: str) -> tuple[IceServer, ...]:
    """Return the servers in the value of a Link header; what is malformed, or none of them, is left out.

    Of several Link headers, the value is all of them with commas in between.
    """
    found: list[IceServer] = []
    for target, parameters in _links(header[:MAX_LINK_LENGTH]):
        if "ice-server" not in parameters.get("rel", "").lower().split():
            continue
        try:
            server = IceServer.parse(target)
        except MediaNetworkError:
            continue
        username, credential = parameters.get("username"), parameters.get("credential")
        if server.is_turn and (username is None or credential is None):
            continue
        found.append(IceServer(server.url, username, credential))
    return tuple(found[:MAX_SERVERS])


def _links(header: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each link's target and parameters, whose names are in lower case."""
    position = 0
    while (target := _TARGET.match(header, position)) is not None:
        position = target.end()
        parameters: dict[str, str] = {}
        while (found := _PARAMETER.match(header, position)) is not None:
            position = found.end()
            value = found[3] if found[2] is None else _ESCAPED.sub(r"\1", found[2])
            parameters.setdefault(found[1].lower(), value or "")
        yield target[1], parameters
