from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.server.config.options import (
    Certificate,
    IceServer,
    ListenOptions,
    MediaNetwork,
    MediaNetworkError,
    ServerOptions,
    check_host,
    is_loopback,
    parse_ports,
)
from support.hub_stand_in import ENVIRONMENT


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "localhost"])
def test_loopback_needs_no_token(host: str) -> None:
    assert is_loopback(host)
    assert not ListenOptions(host).needs_token


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2", "mac.example", ""])
def test_other_addresses_need_a_token(host: str) -> None:
    assert not is_loopback(host)
    assert ListenOptions(host).needs_token
    assert not ListenOptions(host, insecure=True).needs_token


def test_further_host_names_need_a_token() -> None:
    assert ListenOptions(host_names=("mac.example",)).needs_token


def test_certificate_names_its_files() -> None:
    assert str(Certificate(Path("a.pem"), Path("b.pem"))) == "a.pem and b.pem"


@pytest.mark.parametrize(
    ("text", "url", "username", "credential"),
    [
        ("stun:stun.example:19302", "stun:stun.example:19302", None, None),
        ("turn:me:s:cret@192.0.2.1:3478", "turn:192.0.2.1:3478", "me", "s:cret"),
        ("turn:192.0.2.1:3478", "turn:192.0.2.1:3478", None, None),
        ("turns:me:secret@[2001:db8::1]?transport=tcp", "turns:[2001:db8::1]?transport=tcp", "me", "secret"),
    ],
)
def test_ice_server_is_parsed(text: str, url: str, username: str | None, credential: str | None) -> None:
    assert IceServer.parse(text) == IceServer(url, username, credential)


@pytest.mark.parametrize(
    "text",
    [
        *("", "http://x", "turn::secret@192.0.2.1", "stun:x?transport=udp"),
        *("turn:a:b@", "stun:", "stun:x:0", "turn:x:65536"),
    ],
)
def test_invalid_ice_server_is_an_error(text: str) -> None:
    with pytest.raises(MediaNetworkError):
        IceServer.parse(text)


def test_turn_servers_need_a_user_or_a_secret() -> None:
    for server, secret in ((IceServer("turn:a"), None), (IceServer("turn:a", "me", "x"), "north")):
        with pytest.raises(MediaNetworkError, match="turn-secret-file"):
            MediaNetwork((server,), turn_secret=secret)
    network = MediaNetwork((IceServer("turn:a"), IceServer("turn:b", "me", "south")), turn_secret="north")
    assert "north" not in repr(network)
    assert "south" not in repr(network)


def test_port_range_is_parsed() -> None:
    assert parse_ports("50000-50100") == (50000, 50100)
    assert parse_ports("8080") == (8080, 8080)
    assert [MediaNetwork(ports=each).shared_port for each in ((8080, 8080), (8080, 8081), None)] == [
        8080,
        None,
        None,
    ]
    for wrong in ("80", "50100-50000", "0-10", "50000-70000", "a-b"):
        with pytest.raises(MediaNetworkError, match="LOW-HIGH"):
            parse_ports(wrong)


def test_media_host_is_checked() -> None:
    assert [check_host(text) for text in ("192.0.2.1", "2001:DB8::1", "mac.example")] == [
        "192.0.2.1",
        "2001:db8::1",
        "mac.example",
    ]


@given(st.text(max_size=40))
def test_any_text_is_parsed_or_a_media_network_error(text: str) -> None:
    for read in (IceServer.parse, parse_ports, check_host):
        try:
            read(text)
        except MediaNetworkError:
            pass


def test_a_server_that_jupyterhub_has_started_believes_its_proxy_alone() -> None:
    options = ServerOptions(http_port=1).behind_hub(ENVIRONMENT)
    assert (options.http_port, options.signaling_port, options.hub) == (38715, 38715, ENVIRONMENT)
    assert (options.listen.host, options.listen.base_path) == ("127.0.0.1", "/user/ada/")
    assert options.listen.trusted_proxies == ("127.0.0.1", "::1")
    assert options.listen.needs_token
    elsewhere = ServerOptions().behind_hub(replace(ENVIRONMENT, host="0.0.0.0"))
    assert "10.0.0.0/8" in elsewhere.listen.trusted_proxies
    chosen = ServerOptions(listen=ListenOptions(trusted_proxies=("192.0.2.1",))).behind_hub(ENVIRONMENT)
    assert chosen.listen.trusted_proxies == ("192.0.2.1",)
