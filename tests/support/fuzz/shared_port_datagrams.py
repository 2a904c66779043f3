"""Datagrams of anybody at the UDP port that all viewers share."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from aioice import stun

from moof.server.transport.datagram_router import Address, DatagramRouter, IceEndpoint
from support.fuzz.target import Feed, FuzzTarget

_STRANGER: Address = ("198.51.100.9", 9)
_VIEWER: Address = ("192.0.2.1", 5001)
_TRANSACTION = b"t" * 12


class _Viewer(IceEndpoint):
    """A connection that waits for one answer."""

    username = "aaaa"

    def awaits(self, transaction: bytes) -> bool:
        return transaction == _TRANSACTION

    def deliver(self, data: bytes, address: tuple[Any, ...]) -> None:
        """Do nothing."""


@contextlib.contextmanager
def _datagrams() -> Iterator[Feed]:
    """A stranger gets through with a viewer's user name, or with a transaction that it cannot know."""
    viewer = _Viewer()

    def feed(data: bytes) -> None:
        router = DatagramRouter()
        router.attach(viewer)
        router.sent(viewer, _message(stun.Class.RESPONSE), _VIEWER, 0.0)
        if router.find(data, _STRANGER, 0.0) is not None:
            assert b"aaaa" in data or _TRANSACTION in data, data
        router.find(data, _VIEWER, 0.0)
        assert len(router.addresses(viewer)) <= 2

    yield feed


def _message(kind: stun.Class, **attributes: object) -> bytes:
    message = stun.Message(stun.Method.BINDING, kind, transaction_id=_TRANSACTION)
    message.attributes.update(attributes)
    return bytes(message)


DATAGRAMS = FuzzTarget(
    _datagrams,
    (
        _message(stun.Class.REQUEST, USERNAME="aaaa:bbbb", PRIORITY=1),
        _message(stun.Class.REQUEST, PRIORITY=1, SOFTWARE="abc", USERNAME="aaaa:b"),
        _message(stun.Class.RESPONSE),
        _message(stun.Class.ERROR),
        b"\x80rtp",
    ),
)
"""Datagrams at a shared port."""
