from pathlib import Path

import pytest

from moof.server.doors import Certificate, Doors, is_loopback


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "localhost"])
def test_this_machine_needs_no_token(host: str) -> None:
    assert is_loopback(host)
    assert not Doors(host).guarded


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2", "mac.example", ""])
def test_all_others_do(host: str) -> None:
    assert not is_loopback(host)
    assert Doors(host).guarded
    assert not Doors(host, insecure=True).guarded


def test_a_proxy_leads_others_here() -> None:
    assert Doors(names=("mac.example",)).guarded


def test_a_certificate_says_where_it_is() -> None:
    assert str(Certificate(Path("a.pem"), Path("b.pem"))) == "a.pem and b.pem"
