"""Restarts ICE below a DTLS connection that goes on, and adds candidates late; aiortc and aioice do neither.

A restart (RFC 8445, section 9) is another aioice connection, with its own candidates, user name and password.
Once it is connected it takes the place of the former one; keys and RTP streams stay as they are.
"""

import asyncio
import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import aioice
import aioice.ice
from aiortc import RTCIceTransport
from aiortc.rtcicetransport import connection_kwargs

from moof.server.config.options import IceServer
from moof.server.transport.aiortc_internals import check_fields
from moof.server.transport.turn import rtc_servers

_CONNECTION_FIELDS: Final = (
    "_check_list",
    "_event_waiter",
    "_local_candidates",
    "_pair_remote_candidate",
    "_protocols",
    "_remote_candidates",
    "check_start_task",
    "sort_check_list",
)
_GATHER_SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True)
class IceDescription:
    """User name, password and candidates of one side, the candidates as SDP has them after "a=candidate:"."""

    username: str
    password: str
    candidates: tuple[str, ...] = ()


class RestartableIce:
    """The ICE below one connection. Create it before the connection is negotiated; on the event loop."""

    def __init__(self, transport: RTCIceTransport) -> None:
        """Raise AiortcMismatchError if aiortc or aioice lacks a private name that is used."""
        check_fields(transport, ("_connection", "_recv", "_send"))
        check_fields(transport._connection, _CONNECTION_FIELDS)
        self._transport: Any = transport
        self._transport._recv = self._receive
        self._next: Any = None

    @property
    def connection(self) -> Any:
        """The aioice connection in use."""
        return self._transport._connection

    @property
    def restarting(self) -> Any:
        """The aioice connection that is about to take its place, None while none is."""
        return self._next

    async def gather(self, servers: Iterable[IceServer]) -> tuple[str, ...]:
        """Add the candidates of a STUN and a TURN server, and return them; a server that fails gives none."""
        options = ice_options(servers)
        connection = self.connection
        tasks = [*_stun_queries(connection, options), *_turn_queries(connection, options)]
        if not tasks:
            return ()
        done, late = await asyncio.wait(tasks, timeout=_GATHER_SECONDS)
        for task in late:
            task.cancel()
        found = [task.result() for task in done if task.exception() is None]
        for candidate, protocol in found:
            connection._local_candidates.append(candidate)
            if protocol is not None:
                self._use(protocol)
        return tuple(candidate.to_sdp() for candidate, _ in found)

    async def prepare(self, servers: Iterable[IceServer]) -> IceDescription:
        """Gather the candidates of a restart, and return what the other side needs; the media go on."""
        await self.abandon()
        prepared = aioice.Connection(ice_controlling=self.connection.ice_controlling, **ice_options(servers))
        self._next = prepared
        await prepared.gather_candidates()
        candidates = tuple(each.to_sdp() for each in prepared.local_candidates)
        return IceDescription(prepared.local_username, prepared.local_password, candidates)

    async def restart(self, remote: IceDescription) -> None:
        """Connect with what the other side has answered, and change over.

        Raises ConnectionError if no pair of candidates works; the former connection is in use then.
        """
        connection, former = self._next, self.connection
        connection.remote_username, connection.remote_password = remote.username, remote.password
        try:
            for each in remote.candidates:
                await connection.add_remote_candidate(aioice.Candidate.from_sdp(each))
            await connection.add_remote_candidate(None)
            await connection.connect()
        except (ValueError, ConnectionError) as error:
            await self.abandon()
            raise ConnectionError("no pair of candidates works") from error
        self._next = None
        # aiortc waits for the end of the connection that it knows; from now on, that is the new one's.
        connection._event_waiter, former._event_waiter = former._event_waiter, None
        self._transport._connection = connection
        self._transport._send = connection.send
        await former.close()

    async def abandon(self) -> None:
        """Close what a restart has prepared, if anything."""
        prepared, self._next = self._next, None
        if prepared is not None:
            await prepared.close()

    async def _receive(self) -> bytes:
        """Receive in place of RTCIceTransport._recv, from whichever connection is in use."""
        while True:
            connection = self.connection
            try:
                data: bytes = await connection.recv()
            except ConnectionError:
                if connection is self.connection:
                    raise
            else:
                return data

    def _use(self, protocol: Any) -> None:
        """Check the pairs of a relay's candidate; aioice has paired only those that it knew."""
        connection = self.connection
        connection._protocols.append(protocol)
        for remote in connection._remote_candidates:
            connection._pair_remote_candidate(remote)
        connection.sort_check_list()
        for pair in connection._check_list:
            if pair.protocol is protocol and connection.remote_password is not None:
                connection.check_start_task(pair)


def ice_options(servers: Iterable[IceServer]) -> dict[str, Any]:
    """Return the arguments of an aioice connection: the first STUN and the first TURN server."""
    return connection_kwargs(rtc_servers(servers))


def _stun_queries(connection: Any, options: dict[str, Any]) -> Sequence[asyncio.Task[Any]]:
    if "stun_server" not in options:
        return []
    return [
        asyncio.create_task(aioice.ice.server_reflexive_candidate(protocol, options["stun_server"]))
        for protocol in connection._protocols
        if ipaddress.ip_address(protocol.local_candidate.host).version == 4
    ]


def _turn_queries(connection: Any, options: dict[str, Any]) -> Sequence[asyncio.Task[Any]]:
    if "turn_server" not in options:
        return []
    query = aioice.ice.relayed_candidate(
        component=1,
        hide_related_address=False,
        protocol_factory=lambda: aioice.ice.StunProtocol(connection),
        turn_server=options["turn_server"],
        turn_username=options.get("turn_username"),
        turn_password=options.get("turn_password"),
        turn_ssl=options.get("turn_ssl", False),
        turn_transport=options.get("turn_transport", "udp"),
    )
    return [asyncio.create_task(query)]
