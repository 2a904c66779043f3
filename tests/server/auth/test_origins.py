import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.server.auth.origins import AllowedOrigins, Origin, named_origin


@pytest.mark.parametrize(
    ("text", "origin", "written"),
    [
        ("https://Mac.Example", Origin("https", "mac.example", 443), "https://mac.example"),
        ("http://mac.example:80/x?y", Origin("http", "mac.example", 80), "http://mac.example"),
        ("ws://[::1]:8080", Origin("http", "::1", 8080), "http://[::1]:8080"),
    ],
)
def test_origin_is_scheme_host_and_port(text: str, origin: Origin, written: str) -> None:
    assert Origin.parse(text) == origin
    assert str(origin) == written


@pytest.mark.parametrize(
    "text", ["null", "", "file:///x", "https://", "http://a:b", "http://[", "mac.example"]
)
def test_what_has_no_origin_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Origin.parse(text)


@given(st.text(), st.text())
def test_any_header_is_answered(origin: str, host: str) -> None:
    AllowedOrigins(8080).allows(origin, f"http://{host}")


@pytest.mark.parametrize(
    ("origin", "own", "allowed"),
    [
        ("http://localhost:8080", "http://localhost:8080", True),
        ("http://localhost:8080", "http://localhost:8090", True),  # the page at the signaling port
        ("http://localhost:9999", "http://localhost:8080", False),
        ("https://localhost:8080", "http://localhost:8080", False),
        ("http://localhost", "http://localhost:8080", False),
        ("http://evil.example:8080", "http://localhost:8080", False),
        ("https://mac.example", "http://127.0.0.1:8080", True),
        ("http://mac.example", "http://127.0.0.1:8080", False),
        ("https://mac.example:8443", "http://mac.example", False),
        ("https://mac.example:8443", "https://mac.example:8443", True),
        ("http://other.example:81", "http://127.0.0.1:8080", True),
        ("http://other.example", "http://127.0.0.1:8080", False),
        ("null", "http://localhost:8080", False),
    ],
)
def test_origin_must_be_the_page_itself_or_one_that_was_named(origin: str, own: str, allowed: bool) -> None:
    named = frozenset({named_origin("mac.example"), named_origin("http://other.example:81")})
    assert AllowedOrigins(8080, named).allows(origin, own) is allowed


@pytest.mark.parametrize(
    "name", ["", "ftp://a", "https://a/b", "a b://", "https://u@a", "a:b", "https://a?b"]
)
def test_named_origin_that_is_none_says_what_it_should_be(name: str) -> None:
    with pytest.raises(ValueError, match=r"must be a host name, or an address like"):
        named_origin(name)
