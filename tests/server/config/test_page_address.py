"""Host headers."""

import pytest

from moof.server.config.page_address import NO_PAGE_ADDRESS, PageAddress


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Mac.lan:8080", PageAddress("mac.lan", 8080)),
        ("192.0.2.1", PageAddress("192.0.2.1", None)),
        ("[2001:db8::1]:80", PageAddress("2001:db8::1", 80)),
        ("", NO_PAGE_ADDRESS),
        ("[2001:db8::1", NO_PAGE_ADDRESS),
        ("mac:99999", NO_PAGE_ADDRESS),
    ],
)
def test_host_and_port_of_a_header(header: str, expected: PageAddress) -> None:
    assert PageAddress.from_header(header) == expected


def test_addresses_are_numeric() -> None:
    assert [PageAddress(each).is_numeric for each in ("::1", "192.0.2.1", "mac.lan", "")] == [
        True,
        True,
        False,
        False,
    ]
