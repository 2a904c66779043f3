"""To which connection a datagram of a shared port belongs, with the time as an argument."""

from typing import Any

import pytest
from aioice import stun

from moof.server.transport.datagram_router import (
    MAX_ADDRESSES,
    TAKEOVER_SECONDS,
    Address,
    DatagramRouter,
    IceEndpoint,
    local_username,
)

ALICE, BOB, STRANGER = ("192.0.2.1", 5001), ("192.0.2.2", 5002), ("198.51.100.9", 9)
MEDIA = b"\x80rtp"


class Endpoint(IceEndpoint):
    """A connection with a user name, which waits for the answers to `sent`."""

    def __init__(self, username: str) -> None:
        self._username = username
        self.sent: set[bytes] = set()

    @property
    def username(self) -> str:
        return self._username

    def awaits(self, transaction: bytes) -> bool:
        return transaction in self.sent

    def deliver(self, data: bytes, address: tuple[Any, ...]) -> None:
        raise AssertionError("the router delivers nothing itself")


def message(kind: stun.Class = stun.Class.REQUEST, **attributes: object) -> bytes:
    built = stun.Message(stun.Method.BINDING, kind, transaction_id=b"t" * 12)
    built.attributes.update(attributes)
    return bytes(built)


SUCCESS = message(stun.Class.RESPONSE)


@pytest.fixture
def router() -> DatagramRouter:
    return DatagramRouter()


def attached(router: DatagramRouter, username: str, *addresses: Address) -> Endpoint:
    """Return a connection that has confirmed a check of each of the addresses at 0 s."""
    endpoint = Endpoint(username)
    router.attach(endpoint)
    for address in addresses:
        router.sent(endpoint, SUCCESS, address, 0.0)
    return endpoint


def test_check_goes_to_the_connection_that_it_names(router: DatagramRouter) -> None:
    alice, bob = attached(router, "aaaa"), attached(router, "bbbb")
    assert router.find(message(USERNAME="aaaa:x"), STRANGER, 0.0) is alice
    assert router.find(message(USERNAME="bbbb:x"), STRANGER, 0.0) is bob
    assert router.find(message(USERNAME="cccc:x"), STRANGER, 0.0) is None


def test_check_with_a_user_name_behind_other_attributes() -> None:
    data = message(PRIORITY=1, SOFTWARE="abc", USERNAME="aaaa:x")
    assert local_username(data) == "aaaa"


@pytest.mark.parametrize("size", range(40))
def test_check_that_is_cut_off_is_nobodys(router: DatagramRouter, size: int) -> None:
    attached(router, "aaaa")
    data = message(USERNAME="aaaa:xyz")
    cut = data[: min(size, len(data) - 9)]
    assert router.find(cut, STRANGER, 0.0) is None


def test_request_of_another_protocol_is_nobodys(router: DatagramRouter) -> None:
    attached(router, "aaaa")
    data = bytearray(message(USERNAME="aaaa:x"))
    data[4] ^= 1  # the magic cookie
    assert router.find(bytes(data), STRANGER, 0.0) is None


def test_request_with_endless_attributes_is_nobodys(router: DatagramRouter) -> None:
    attached(router, "aaaa")
    many = message()[:20] + b"\x80\x22\0\0" * 300 + message(USERNAME="aaaa:x")[20:]
    assert router.find(many, STRANGER, 0.0) is None


def test_media_go_to_the_connection_that_confirmed_a_check_of_their_address(router: DatagramRouter) -> None:
    alice, bob = attached(router, "aaaa", ALICE), attached(router, "bbbb", BOB)
    assert [router.find(MEDIA, each, 0.0) for each in (ALICE, BOB, STRANGER)] == [alice, bob, None]


def test_check_that_is_refused_teaches_no_address(router: DatagramRouter) -> None:
    alice = attached(router, "aaaa")
    router.sent(alice, message(stun.Class.ERROR), STRANGER, 0.0)
    router.sent(alice, message(), STRANGER, 0.0)
    assert router.find(MEDIA, STRANGER, 0.0) is None


def test_answer_goes_to_the_connection_that_sent_the_request(router: DatagramRouter) -> None:
    attached(router, "aaaa")
    bob = attached(router, "bbbb")
    assert router.find(SUCCESS, BOB, 0.0) is None
    bob.sent.add(b"t" * 12)
    assert router.find(message(stun.Class.ERROR), BOB, 0.0) is bob
    assert router.find(MEDIA, BOB, 0.0) is None
    assert router.find(SUCCESS, BOB, 0.0) is bob
    assert router.find(MEDIA, BOB, 0.0) is bob


def test_address_in_use_cannot_be_taken_by_a_forged_check(router: DatagramRouter) -> None:
    alice, bob = attached(router, "aaaa", ALICE), attached(router, "bbbb")
    router.sent(alice, SUCCESS, ALICE, 10.0)
    router.sent(bob, SUCCESS, ALICE, 10.0 + TAKEOVER_SECONDS - 0.1)
    assert router.find(MEDIA, ALICE, 0.0) is alice
    router.sent(bob, SUCCESS, ALICE, 10.0 + TAKEOVER_SECONDS)
    assert router.find(MEDIA, ALICE, 0.0) is bob


def test_connection_has_few_addresses_and_keeps_those_that_are_checked(router: DatagramRouter) -> None:
    alice = attached(router, "aaaa", ALICE)
    for port in range(1_000):
        router.sent(alice, SUCCESS, ALICE, float(port))
        router.sent(alice, SUCCESS, (ALICE[0], 10_000 + port), float(port))
    assert len(router.addresses(alice)) == MAX_ADDRESSES
    assert router.find(MEDIA, ALICE, 0.0) is alice


def test_detached_connection_leaves_no_address(router: DatagramRouter) -> None:
    alice, bob = attached(router, "aaaa", ALICE), attached(router, "bbbb", BOB)
    router.detach(alice)
    router.detach(alice)
    assert router.find(MEDIA, ALICE, 0.0) is None
    assert router.find(message(USERNAME="aaaa:x"), ALICE, 0.0) is None
    assert router.find(MEDIA, BOB, 0.0) is bob
    assert (len(router), router.has_username("aaaa")) == (1, False)
