"""Real connections to this process; socket_owner.py has a test with another user's."""

import os
import socket
from collections.abc import Iterator

import pytest
from starlette.types import Scope

from moof.server.emulator.target import EmulatorTarget, OfflineEmulator
from moof.server.http import local_user
from moof.server.http.connection_limiter import CONNECTION, HttpConnection
from moof.server.http.local_user import LocalUser


def offline(target: EmulatorTarget | None = None) -> OfflineEmulator:
    """The server's own emulator, without network."""
    return OfflineEmulator(target or EmulatorTarget(), own_is_offline=True)


@pytest.fixture
def connection() -> Iterator[HttpConnection]:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        accepted, peer = server.accept()
        with accepted:
            yield HttpConnection(accepted, peer, peer[0], 0.0)


def scope_of(connection: HttpConnection, *headers: str) -> Scope:
    return {CONNECTION: connection, "headers": [(each.encode(), b"192.0.2.1") for each in headers]}


def test_own_processes_need_no_token(connection: HttpConnection) -> None:
    assert LocalUser(offline()).exempts(scope_of(connection))


def test_those_of_another_user_need_one(connection: HttpConnection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_user, "peer_uid", lambda connection: os.geteuid() + 1)
    assert not LocalUser(offline()).exempts(scope_of(connection))


def test_roots_need_none(connection: HttpConnection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_user, "peer_uid", lambda connection: 0)
    assert LocalUser(offline(), uid=4711).exempts(scope_of(connection))


def test_unknown_ones_need_one(connection: HttpConnection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_user, "peer_uid", lambda connection: None)
    assert not LocalUser(offline()).exempts(scope_of(connection))
    assert not LocalUser(offline()).exempts({"headers": []})


def test_everybody_needs_one_while_a_guest_has_the_network(connection: HttpConnection) -> None:
    target = EmulatorTarget()
    target.set_own(6)
    local = LocalUser(offline(target))
    assert local.exempts(scope_of(connection))
    target.attach(7, {7})
    assert not local.exempts(scope_of(connection))
    target.detach_ended(set())
    assert local.exempts(scope_of(connection))
    assert not LocalUser(OfflineEmulator(target, own_is_offline=False)).exempts(scope_of(connection))


def test_the_kernel_is_asked_once(connection: HttpConnection, monkeypatch: pytest.MonkeyPatch) -> None:
    scope = scope_of(connection)
    assert LocalUser(offline()).exempts(scope)
    monkeypatch.setattr(local_user, "peer_uid", lambda connection: None)
    assert LocalUser(offline()).exempts(scope)


def test_a_closed_connection_needs_one(connection: HttpConnection) -> None:
    connection.socket.close()
    assert not LocalUser(offline()).exempts(scope_of(connection))


@pytest.mark.parametrize("header", ["x-forwarded-for", "forwarded", "via", "x-real-ip", "x-forwarded-host"])
def test_what_a_proxy_of_that_user_passes_on_needs_one(connection: HttpConnection, header: str) -> None:
    assert LocalUser(offline()).exempts(scope_of(connection))
    assert not LocalUser(offline()).exempts(scope_of(connection, header))
