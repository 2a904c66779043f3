from pathlib import Path
from typing import Any

import pytest

from moof.server.auth.access import AccessDenied, AccessRules, access_rules, page_address
from moof.server.auth.origins import named_origin
from moof.server.auth.tokens import Role, Tokens
from moof.server.config.options import Certificate, ListenOptions

TOKENS = Tokens("player" * 4, "viewer" * 4)
LOCAL = AccessRules("127.0.0.1", 8080)
OPEN = AccessRules("0.0.0.0", 8080, TOKENS, frozenset({named_origin("mac.example")}), tls=True)


def request(path: str = "/", method: str = "GET", query: str = "", **headers: str) -> dict[str, Any]:
    """Return the ASGI scope of a request to localhost."""
    fields = {"host": "localhost:8080", **headers}
    raw = [(name.encode(), value.encode()) for name, value in fields.items()]
    scope = {"type": "http", "method": method, "path": path, "query_string": query.encode(), "headers": raw}
    return {"scheme": "http", **scope}


def status(result: Role | AccessDenied) -> int:
    """Return the HTTP status of a refusal."""
    assert isinstance(result, AccessDenied)
    assert result.detail
    return result.status


def test_local_server_makes_everybody_a_player() -> None:
    assert LOCAL.authorize(request()) is Role.PLAYER
    assert LOCAL.authorize(request(method="POST", origin="http://localhost:8080")) is Role.PLAYER


def test_local_server_refuses_other_host_names_and_other_origins() -> None:
    assert status(LOCAL.authorize(request(host="evil.example"))) == 403
    assert status(LOCAL.authorize(request(method="POST", origin="http://evil.example"))) == 403


def detail(result: Role | AccessDenied | None) -> str:
    """Return the sentence of a refusal."""
    assert isinstance(result, AccessDenied)
    return result.detail


def test_refusal_names_the_host_that_a_proxy_did_not_pass_on() -> None:
    sentence = detail(LOCAL.authorize(request(host="backend:8080")))
    assert "“backend:8080”" in sentence
    assert "proxy_set_header Host $host)" in sentence


@pytest.mark.parametrize(
    ("origin", "setting"),
    [
        ("https://mac.example", "Host $host)"),
        ("https://mac.example:8443", "Host $host:$server_port)"),
        ("https://[::1]", "Host $host)"),
    ],
)
def test_refusal_of_an_origin_names_both_hosts_and_the_setting(origin: str, setting: str) -> None:
    sentence = detail(LOCAL.check_origin(origin, "http", "127.0.0.1:8080"))
    assert f"“{origin}”" in sentence
    assert "“127.0.0.1:8080”" in sentence
    assert setting in sentence


def test_refusal_repeats_a_hundred_printable_characters_of_a_header() -> None:
    sentence = detail(LOCAL.check_origin("\x1b" + 4000 * "a", "http", "localhost:8080"))
    assert f"“{100 * 'a'}”" in sentence


def test_own_and_missing_origins_are_allowed() -> None:
    assert LOCAL.check_origin(None, "http", "localhost:8080") is None
    assert LOCAL.check_origin("http://localhost:8080", "http", "localhost:8080") is None
    assert OPEN.check_origin("https://mac.example", "http", "127.0.0.1:8080") is None


def test_token_decides_the_role() -> None:
    assert status(OPEN.authorize(request())) == 401
    assert OPEN.authorize(request(authorization=f"Bearer {TOKENS.player}")) is Role.PLAYER
    assert OPEN.authorize(request(cookie=f"moof-8080={TOKENS.viewer}")) is Role.VIEWER


@pytest.mark.parametrize(
    "cookie",
    [
        f'a="b; c; moof-8080={TOKENS.player}; {{"x": 1}}=2',
        f"moof-8080=wrong; moof-8080={TOKENS.viewer}; moof-8080={TOKENS.player}",
        f"\x80=\xff;moof-8080={TOKENS.player}",
    ],
)
def test_cookies_of_other_pages_do_not_matter(cookie: str) -> None:
    assert OPEN.authorize(request(cookie=cookie)) is Role.PLAYER


def test_refused_origin_that_differs_in_its_scheme_gets_the_option_that_allows_it() -> None:
    sentence = detail(LOCAL.check_origin("https://localhost:8443", "http", "localhost:8443"))
    assert "--allow-host “https://localhost:8443”" in sentence


def test_viewer_may_only_read_some_paths() -> None:
    headers = {"authorization": f"Bearer {TOKENS.viewer}"}
    assert OPEN.authorize(request("/api/status", **headers)) is Role.VIEWER
    assert status(OPEN.authorize(request("/api/prefs", **headers))) == 403
    assert status(OPEN.authorize(request("/api/status", "POST", **headers))) == 403


@pytest.mark.parametrize(
    ("rules", "path", "method", "expected"),
    [
        (OPEN, "/", "GET", "abc"),
        (OPEN, "/api", "GET", None),
        (OPEN, "/", "POST", None),
        (LOCAL, "/", "GET", None),
    ],
)
def test_token_in_the_query_is_for_the_page_alone(
    rules: AccessRules, path: str, method: str, expected: str | None
) -> None:
    assert rules.token_in_query(request(path, method, "token=abc")) == expected


def test_cookie_is_for_one_port_and_secure_with_tls() -> None:
    assert OPEN.set_cookie("abc", "https").startswith("moof-8080=abc; ")
    assert OPEN.set_cookie("abc", "https").endswith("; Secure")
    assert "Secure" not in LOCAL.set_cookie("abc", "http")
    assert LOCAL.set_cookie("abc", "https").endswith("; Secure")  # by way of a trusted proxy


def test_page_address_on_loopback_has_no_token() -> None:
    rules = access_rules(ListenOptions(), 8080)
    assert (rules.tokens, page_address(rules)) == (None, "http://127.0.0.1:8080/")
    assert page_address(access_rules(ListenOptions("::1"), 8080)) == "http://[::1]:8080/"


def test_page_address_contains_the_token(tmp_path: Path) -> None:
    listen = ListenOptions(
        "0.0.0.0", token_file=tmp_path / "tokens", certificate=Certificate(Path("c"), Path("k"))
    )
    rules = access_rules(listen, 443)
    assert rules.tokens is not None
    assert page_address(rules) == f"https://127.0.0.1:443/?token={rules.tokens.player}"
    assert page_address(rules, rules.tokens.viewer).endswith(rules.tokens.viewer)
    assert access_rules(listen, 443) == rules
