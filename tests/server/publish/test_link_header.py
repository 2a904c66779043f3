"""ICE servers in Link headers."""

from hypothesis import given
from hypothesis import strategies as st

from moof.server.config.options import IceServer
from moof.server.publish.link_header import MAX_SERVERS, ice_servers


def test_the_example_of_the_rfc() -> None:
    header = (
        '<stun:stun.example.net>; rel="ice-server", '
        '<turn:turn.example.net?transport=udp>; rel="ice-server"; username="user"; '
        'credential="myPassword"; credential-type="password"'
    )
    assert ice_servers(header) == (
        IceServer("stun:stun.example.net"),
        IceServer("turn:turn.example.net?transport=udp", "user", "myPassword"),
    )


def test_values_may_be_tokens_and_have_escapes_and_separators() -> None:
    header = r'<turn:a>;REL=ice-server;username=u;credential="a\"b;c,d"'
    assert ice_servers(header) == (IceServer("turn:a", "u", 'a"b;c,d'),)


def test_other_links_and_unusable_servers_are_left_out() -> None:
    header = (
        '<https://a.example/>; rel="next", <http://b.example>; rel=ice-server, '
        '<turn:no-credentials>; rel=ice-server, <stun:c>; rel="other ice-server"'
    )
    assert ice_servers(header) == (IceServer("stun:c"),)
    assert len(ice_servers(", ".join(["<stun:a>; rel=ice-server"] * 30))) == MAX_SERVERS


@given(st.text(st.sampled_from('<>;,="\\ abstun:rel-ice-server'), max_size=200))
def test_no_header_is_an_error(header: str) -> None:
    ice_servers(header)
