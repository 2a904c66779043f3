"""Whether a real TURN server accepts the credentials: tests/e2e/test_media_paths.py."""

from moof.server.config.options import IceServer, MediaNetwork
from moof.server.transport.turn import (
    CREDENTIAL_SECONDS,
    credentials,
    ice_servers_of_page,
    ice_servers_of_server,
    rtc_servers,
)

STUN = IceServer("stun:192.0.2.1")
STATIC = IceServer("turn:192.0.2.2", "me", "static password")
SHARED = IceServer("turn:192.0.2.3?transport=tcp")
NETWORK = MediaNetwork((STUN, STATIC, SHARED), turn_secret="north")
NOW = 1_700_000_000.75


def test_credentials_are_a_time_and_a_hash() -> None:
    # printf '1700086400:a1' | openssl dgst -sha1 -hmac north -binary | base64
    assert credentials("north", "a1", NOW) == ("1700086400:a1", "F8kMTCal8TxejyRtyiSySaCesQc=")


def test_page_gets_credentials_of_its_own_that_expire_and_no_static_ones() -> None:
    servers = ice_servers_of_page(NETWORK, "a1", NOW)
    username, password = credentials("north", "a1", NOW)
    assert servers == (
        {"urls": "stun:192.0.2.1"},
        {"urls": "turn:192.0.2.3?transport=tcp", "username": username, "credential": password},
    )
    assert int(username.partition(":")[0]) == int(NOW) + CREDENTIAL_SECONDS
    assert ice_servers_of_page(NETWORK, "a2", NOW)[1]["credential"] != password


def test_server_uses_static_credentials_and_its_own() -> None:
    assert ice_servers_of_server(NETWORK, NOW) == (
        STUN,
        STATIC,
        IceServer(SHARED.url, *credentials("north", "server", NOW)),
    )


def test_this_server_leaves_out_servers_that_aiortc_cannot_use() -> None:
    servers = rtc_servers((IceServer("stun:[2001:db8::1]:3478"), IceServer("turns:[::1]", "u", "p"), STATIC))
    (only,) = servers
    assert (only.urls, only.username, only.credential) == ("turn:192.0.2.2", "me", "static password")
