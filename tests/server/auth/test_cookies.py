import pytest
from starlette.datastructures import Headers

from moof.server.auth.cookies import LoginCookie, bearer_token

COOKIE = LoginCookie(8080)


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ('a="b; c; moof-8080=x; {"x": 1}=2', ["x"]),
        ("moof-8080=1; moof-8080=2;moof-80=3; moof-8080", ["1", "2", ""]),
        ("\x80=\xff;moof-8080=x", ["x"]),
        ("; ".join(["moof-8080=x"] * 300), ["x"] * 200),
    ],
)
def test_other_cookies_do_not_matter(header: str, values: list[str]) -> None:
    headers = Headers(raw=[(b"cookie", header.encode("latin-1"))])
    assert COOKIE.values(headers) == values


def test_it_is_for_one_port_hidden_from_scripts_and_secure_with_tls() -> None:
    assert COOKIE.set("abc", "https").startswith("moof-8080=abc; Path=/; HttpOnly; SameSite=Lax; Max-Age=")
    assert COOKIE.set("abc", "https").endswith("; Secure")  # by way of a trusted proxy
    assert "Secure" not in COOKIE.set("abc", "http")
    assert LoginCookie(8080, tls=True).set("abc", "http").endswith("; Secure")
    assert "; Path=/mac/;" in LoginCookie(8080, path="/mac/").set("abc", "http")
    assert "; Path=/mac/;" in LoginCookie(8080, path="/mac/").clear("http")


def test_embedding_sites_have_a_cookie_each_over_https() -> None:
    cookie = LoginCookie(8080, embedded=True)
    assert "; SameSite=None; Partitioned;" in cookie.set("abc", "https")
    assert "; SameSite=None; Partitioned;" in cookie.clear("https")
    assert "; SameSite=Lax;" in cookie.set("abc", "http")


def test_it_is_removed_by_its_name() -> None:
    assert COOKIE.clear("http") == "moof-8080=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"
    assert COOKIE.clear("https").endswith("; Secure")


@pytest.mark.parametrize(
    ("header", "token"), [("Bearer abc", "abc"), ("bearer  abc ", "abc"), ("Basic abc", None), ("Bearer", "")]
)
def test_bearer_token(header: str, token: str | None) -> None:
    assert bearer_token(Headers({"authorization": header})) == token
    assert bearer_token(Headers({})) is None
