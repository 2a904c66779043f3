import pytest

from moof.server.auth.roles import Role
from moof.server.auth.sender import Sender, network_of


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unknown", "unknown"),
    ],
)
def test_addresses_of_one_ipv6_subscriber_are_one(address: str, network: str) -> None:
    assert network_of(address) == network


def test_sender_of_a_request_is_its_network_and_role() -> None:
    assert Sender.of({"client": ("10.0.0.1", 4711)}, Role.VIEWER) == Sender("10.0.0.1", Role.VIEWER)
    assert Sender.of({"client": None}, None) == Sender.of({}, None) == Sender("", None)
