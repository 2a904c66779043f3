"""One connection: partial writes, a full socket, floods, and its end."""

from __future__ import annotations

import contextlib
import socket

import pytest

from moof.extension import extension_socket
from moof.extension.channel import ExtensionChannel
from moof.extension.errors import ExtensionError
from moof.extension.extension_socket import ExtensionSocket
from moof.extension.messages import Capability, KeysRead, LayoutName, WheelTurn
from moof.ipc import ConnectionLost

Pair = tuple[ExtensionSocket, socket.socket]
HELLO = ExtensionChannel(frozenset(Capability)).hello()


def greet(side: ExtensionSocket, peer: socket.socket) -> None:
    peer.sendall(HELLO)
    assert side.receive() == []
    assert side.greeted
    side.flush()
    assert peer.recv(1000) == HELLO


def test_only_the_hello_is_sent_before_the_other_one(pair: Pair) -> None:
    side, peer = pair
    side.put(KeysRead(7))
    assert side.pending
    side.flush()
    assert not side.pending
    assert peer.recv(1000) == HELLO
    peer.sendall(HELLO)
    side.receive()
    assert side.pending
    side.flush()
    assert peer.recv(200) == b"\4\0\0\0\4\0\0\0\7\0\0\0"


def test_messages_for_a_side_without_the_capability_are_dropped(pair: Pair) -> None:
    side, peer = pair
    peer.sendall(ExtensionChannel(()).hello())
    side.receive()
    side.put(KeysRead(7))
    side.flush()
    assert peer.recv(1000) == HELLO
    assert not side.pending


def test_reads_that_follow_each_other_too_fast_are_a_flood(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(extension_socket, "_READS_PER_SECOND", 1e-6)
    monkeypatch.setattr(extension_socket, "_READ_BURST", 3.0)
    ours, peer = socket.socketpair()
    side = ExtensionSocket(ours, Capability)
    with peer, contextlib.closing(side):
        greet(side, peer)
        floods = []
        for _ in range(3):
            peer.sendall(b"\4\0\0\0\4\0\0\0\7\0\0\0")
            assert side.receive() == [KeysRead(7)]
            floods.append(side.flooding)
    assert floods == [False, False, True]


def test_full_socket_never_blocks_and_the_queue_is_bounded(pair: Pair) -> None:
    side, peer = pair
    greet(side, peer)
    turns = 0
    while not side.pending:
        side.put(WheelTurn(0, 1))
        side.flush()
        turns += 1
    for count in range(1000):
        side.put(WheelTurn(0, 1))
        side.put(KeysRead(count))
        side.flush()
    other, total, last = ExtensionChannel(frozenset(Capability)), 0, None
    other.receive(HELLO)
    while side.pending or total < turns + 1000:
        for message in other.receive(peer.recv(65536)):
            if isinstance(message, WheelTurn):
                total += message.dy
            else:
                last = message
        side.flush()
    assert total == turns + 1000
    assert last == KeysRead(999)


def test_invalid_values_are_refused_when_they_are_put(pair: Pair) -> None:
    side, _ = pair
    with pytest.raises(ExtensionError):
        side.put(LayoutName("x" * 33))
    with pytest.raises(ExtensionError):
        side.put(WheelTurn(40_000, 0))


def test_a_full_read_is_a_flood(pair: Pair) -> None:
    side, peer = pair
    greet(side, peer)
    peer.sendall(b"\4\0\0\0\2\0\0\0\1\0\2\0" * 2000)
    assert len(side.receive()) == 16_384 // 12
    assert side.flooding
    assert len(side.receive()) == 2000 - 16_384 // 12
    assert not side.flooding
    assert side.receive() == []


def test_disconnect_is_reported_by_both_directions(pair: Pair) -> None:
    side, peer = pair
    peer.close()
    with pytest.raises(ConnectionLost):
        side.receive()
    with pytest.raises(ConnectionLost):
        side.flush()


def test_violation_is_an_error(pair: Pair) -> None:
    side, peer = pair
    peer.sendall(b"\xff\xff\xff\xff\1\0\0\0")
    with pytest.raises(ExtensionError):
        side.receive()
