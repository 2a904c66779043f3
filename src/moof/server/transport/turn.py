"""Which ICE servers a page and this server use, with credentials for TURN that expire.

A TURN server that shares a secret with this server (coturn: `use-auth-secret`) accepts credentials made from
it: the user name is the time of their expiry and a name, the password a hash of both
(draft-uberti-behave-turn-rest, section 2.2). A user name and password in an option are for this server alone:
whoever has them can relay anything, for as long as they are valid.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from aiortc import RTCIceServer
from aiortc.rtcicetransport import parse_stun_turn_uri

from moof.server.config.options import IceServer, MediaNetwork

CREDENTIAL_SECONDS: Final = 24 * 3600
"""How long credentials are valid. Each offer has new ones; a relay that is open may last longer."""
_OWN_NAME: Final = "server"


def credentials(secret: str, name: str, now: float) -> tuple[str, str]:
    """Return a user name and a password that are valid for a day; `now` is in seconds since 1970."""
    username = f"{int(now) + CREDENTIAL_SECONDS}:{name}"
    digest = hmac.new(secret.encode(), username.encode(), hashlib.sha1).digest()
    return username, base64.b64encode(digest).decode()


def ice_servers_of_page(network: MediaNetwork, viewer: str, now: float) -> tuple[dict[str, str], ...]:
    """Return the servers of one viewer as RTCIceServer, those with a password in an option not among them."""
    servers = (each for each in network.ice_servers if each.username is None)
    return tuple(_completed(each, network, viewer, now).for_page() for each in servers)


def ice_servers_of_server(network: MediaNetwork, now: float) -> tuple[IceServer, ...]:
    """Return the servers that this server itself uses."""
    return tuple(_completed(each, network, _OWN_NAME, now) for each in network.ice_servers)


def rtc_servers(servers: Iterable[IceServer]) -> list[RTCIceServer]:
    """Return the servers as aiortc takes them, without those that it cannot use: it reads no IPv6 address."""
    found = []
    for each in servers:
        try:
            parse_stun_turn_uri(each.url)
        except ValueError:
            continue
        found.append(RTCIceServer(each.url, each.username, each.credential))
    return found


def _completed(server: IceServer, network: MediaNetwork, name: str, now: float) -> IceServer:
    if not server.is_turn or server.username is not None or network.turn_secret is None:
        return server
    username, password = credentials(network.turn_secret, name, now)
    return replace(server, username=username, credential=password)
