"""How a response's body leaves: not to somebody who is no longer known."""

import socket

from starlette.types import Message, Receive, Scope, Send

from moof.server.auth.credential_store import KnownSender
from moof.server.http.connection_limiter import CONNECTION, HttpConnection


class SenderUnknownError(Exception):
    """The token or login session of the one who gets a response has ended meanwhile."""


class BodySender:
    """A response's `send`: raises SenderUnknownError before a part for somebody who is no longer known.

    A download takes as long as its receiver wants, and their token may be withdrawn meanwhile. An answer
    without further parts is sent: with it the server says that somebody has signed out.
    """

    def __init__(self, send: Send, known: KnownSender) -> None:
        self._send = send
        self._known = known
        self._parts = False

    async def __call__(self, message: Message) -> None:
        """Send the next ASGI message of the response."""
        if message["type"] == "http.response.body":
            self._parts = self._parts or message.get("more_body", False)
            if self._parts and not self._known.is_known:
                raise SenderUnknownError
        await self._send(message)


async def abort_response(scope: Scope, receive: Receive) -> None:
    """End a request's connection, since its response stays incomplete, and wait until it has ended."""
    connection: HttpConnection | None = scope.get(CONNECTION)
    if connection is None:
        return
    try:
        connection.socket.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # it has ended by itself
    while (await receive())["type"] != "http.disconnect":
        pass
