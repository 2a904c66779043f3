"""Who needs no token on 127.0.0.1 and ::1: the user who runs the server, and root.

A guest whose emulator has the machine's network comes from there as that user, too, and may write any header.
While such an emulator is served, everybody needs a token.
"""

import os
from typing import Final

from starlette.datastructures import Headers
from starlette.types import Scope

from moof.server.auth.exemptions import TokenExemption
from moof.server.auth.socket_owner import LocalConnection, peer_uid
from moof.server.emulator.target import OfflineEmulator
from moof.server.http.connection_limiter import CONNECTION, HttpConnection

_OF_PROXIES: Final = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
"""Headers that proxies add (RFC 7239; RFC 9110, section 7.6.3; nginx), and no browser."""


class LocalUser(TokenExemption):
    """Exempts the connections of processes of one user, and of root's. The kernel is asked once for each.

    Not exempt is a request that came by a proxy: the proxy runs on this machine, who sent it need not.
    """

    def __init__(self, emulator: OfflineEmulator, uid: int | None = None) -> None:
        """`uid` is the user's id, None for that of this process."""
        self._emulator = emulator
        self._uids = frozenset({os.geteuid() if uid is None else uid, 0})

    def exempts(self, scope: Scope) -> bool:
        """Return whether the connection belongs to that user, and no guest's can; False if not known."""
        connection: HttpConnection | None = scope.get(CONNECTION)
        if connection is None or not self._emulator.is_served or _is_forwarded(scope):
            return False
        if connection.local_user is None:
            connection.local_user = self._is_local_user(connection)
        return connection.local_user

    def _is_local_user(self, connection: HttpConnection) -> bool:
        try:
            host, port, *_ = connection.socket.getsockname()
        except OSError:
            return False  # it has been closed
        return peer_uid(LocalConnection(connection.peer, (host, port))) in self._uids


def _is_forwarded(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    return any(name in headers for name in _OF_PROXIES)
