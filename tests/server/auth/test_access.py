import asyncio
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from moof.server.auth.access import (
    AccessDenied,
    AccessRules,
    access_rules,
    owner_address,
    page_address,
    token_in_query,
)
from moof.server.auth.exemptions import Everybody
from moof.server.auth.origins import named_origin
from moof.server.auth.principal import PRINCIPAL
from moof.server.auth.roles import Permission, Role
from moof.server.config.options import Certificate, ListenOptions
from support.access import LONG_AGO, empty_credentials, local_rules, new_tokens, open_rules

LOCAL = Everybody()


@pytest.fixture
def tokens(tmp_path: Path) -> dict[Role, str]:
    return new_tokens(tmp_path)


@pytest.fixture
def local(tmp_path: Path) -> AccessRules:
    return local_rules(tmp_path)


@pytest.fixture
def open_(tmp_path: Path, tokens: dict[Role, str]) -> AccessRules:
    return open_rules(tmp_path, origins=frozenset({named_origin("mac.example")}), tls=True)


def request(path: str = "/", method: str = "GET", query: str = "", **headers: str) -> dict[str, Any]:
    """Return the ASGI scope of a request to localhost."""
    fields = {"host": "localhost:8080", **headers}
    raw = [(name.encode(), value.encode()) for name, value in fields.items()]
    scope = {"type": "http", "method": method, "path": path, "query_string": query.encode(), "headers": raw}
    return {"scheme": "http", **scope}


def role(
    rules: AccessRules, scope: dict[str, Any], permission: Permission | None = Permission.WATCH
) -> Role | int:
    """Return the role of a request that is allowed, or the HTTP status of the refusal."""
    identified = rules.identified(scope)
    denied = rules.authorize(identified, permission)
    if denied is not None:
        assert denied.detail
        return denied.status
    role = identified[PRINCIPAL].role
    assert isinstance(role, Role)
    return role


def test_whoever_needs_no_token_is_the_owner(local: AccessRules) -> None:
    assert role(local, request()) is Role.OWNER
    assert role(local, request(method="POST", origin="http://localhost:8080")) is Role.OWNER


def test_local_server_refuses_other_host_names_and_other_origins(local: AccessRules) -> None:
    assert role(local, request(host="evil.example")) == 403
    assert role(local, request(method="POST", origin="http://evil.example")) == 403


def test_what_strangers_may_read_is_read_under_any_host_name(local: AccessRules) -> None:
    read, write = (request(method=method, host="evil.example") for method in ("GET", "POST"))
    assert local.authorize(local.identified(read), None) is None
    assert local.authorize(local.identified(write), None) is not None


def detail(result: AccessDenied | None) -> str:
    """Return the sentence of a refusal."""
    assert isinstance(result, AccessDenied)
    return result.detail


def test_refusal_names_the_host_that_a_proxy_did_not_pass_on(local: AccessRules) -> None:
    sentence = detail(local.authorize(local.identified(request(host="backend:8080")), Permission.WATCH))
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
def test_refusal_of_an_origin_names_both_hosts_and_the_setting(
    local: AccessRules, origin: str, setting: str
) -> None:
    sentence = detail(local.check_origin(origin, "http", "127.0.0.1:8080"))
    assert f"“{origin}”" in sentence
    assert "“127.0.0.1:8080”" in sentence
    assert setting in sentence


def test_refusal_repeats_a_hundred_printable_characters_of_a_header(local: AccessRules) -> None:
    sentence = detail(local.check_origin("\x1b" + 4000 * "a", "http", "localhost:8080"))
    assert f"“{100 * 'a'}”" in sentence


def test_own_and_missing_origins_are_allowed(local: AccessRules, open_: AccessRules) -> None:
    assert local.check_origin(None, "http", "localhost:8080") is None
    assert local.check_origin("http://localhost:8080", "http", "localhost:8080") is None
    assert open_.check_origin("https://mac.example", "http", "127.0.0.1:8080") is None


def test_refused_origin_that_differs_in_its_scheme_gets_the_option_that_allows_it(local: AccessRules) -> None:
    sentence = detail(local.check_origin("https://localhost:8443", "http", "localhost:8443"))
    assert "--allow-host “https://localhost:8443”" in sentence


async def cookie(rules: AccessRules, secret: str) -> str:
    """Sign in with a token, and return the header of the cookie."""
    token = rules.credentials.token(secret, LONG_AGO)
    assert token is not None
    return f"{rules.cookie.name}={await rules.credentials.sign_in(token, '10.0.0.1', time.time())}"


@pytest.mark.parametrize("expected", Role)
async def test_token_or_cookie_decides_the_role(
    open_: AccessRules, tokens: dict[Role, str], expected: Role
) -> None:
    secret = tokens[expected]
    assert role(open_, request()) == 401
    assert role(open_, request(authorization=f"Bearer {secret}")) is expected
    assert role(open_, request(cookie=f"a=b; moof-8080=x; {await cookie(open_, secret)}")) is expected
    assert role(open_, request(cookie=f"moof-8080={secret}")) == 401


async def test_what_a_sender_shows_counts_more_than_that_it_needs_nothing(
    tokens: dict[Role, str], tmp_path: Path
) -> None:
    rules = local_rules(tmp_path)
    assert role(rules, request(cookie=await cookie(rules, tokens[Role.VIEWER]))) is Role.VIEWER
    assert role(rules, request(authorization=f"Bearer {tokens[Role.PLAYER]}")) is Role.PLAYER
    assert role(rules, request(authorization="Bearer wrong")) is Role.OWNER


def test_a_sender_is_looked_up_once(local: AccessRules) -> None:
    scope = local.identified(request())
    assert local.identified(scope) is scope


def test_a_role_needs_the_permission(open_: AccessRules, tokens: dict[Role, str]) -> None:
    viewer = request(authorization=f"Bearer {tokens[Role.VIEWER]}")
    assert role(open_, viewer, Permission.PLAY) == 403
    assert role(open_, viewer, Permission.WATCH) is Role.VIEWER
    assert open_.authorize(open_.identified(request()), None) is None


async def test_a_token_is_not_looked_at_while_wrong_ones_of_its_network_wait(
    open_: AccessRules, tokens: dict[Role, str]
) -> None:
    scope = {**request(authorization=f"Bearer {tokens[Role.OWNER]}"), "client": ("10.0.0.1", 1)}
    waiting = [asyncio.create_task(open_.wrong_tokens.delay("10.0.0.1")) for _ in range(20)]
    await asyncio.sleep(0)
    assert role(open_, scope) == 401
    assert role(open_, {**scope, "client": ("10.0.0.2", 1)}) is Role.OWNER
    for task in waiting:
        task.cancel()


@pytest.mark.parametrize(
    ("path", "method", "expected"), [("/", "GET", "abc"), ("/api", "GET", None), ("/", "POST", None)]
)
def test_token_in_the_query_is_for_the_page_alone(path: str, method: str, expected: str | None) -> None:
    assert token_in_query(request(path, method, "token=abc")) == expected


@pytest.mark.parametrize(
    ("listen", "needed"),
    [
        (ListenOptions(), False),
        (ListenOptions("::1"), False),
        (ListenOptions("0.0.0.0"), True),
        (ListenOptions(host_names=("mac.example",)), True),
        (ListenOptions(trusted_proxies=("127.0.0.1",)), True),
        (ListenOptions("0.0.0.0", insecure=True), False),
    ],
)
def test_who_needs_a_token(listen: ListenOptions, needed: bool, tmp_path: Path) -> None:
    rules = access_rules(replace(listen, token_file=tmp_path / "tokens.json"), 8080, LOCAL)
    assert (role(rules, request(host="127.0.0.1:8080")) == 401) is needed


def test_the_owners_address_has_the_start_token(tmp_path: Path) -> None:
    certificate = Certificate(Path("c"), Path("k"))
    listen = ListenOptions(
        "0.0.0.0",
        token_file=tmp_path / "tokens.json",
        certificate=certificate,
        base_path="/mac/",
        embedders=("school.example",),
    )
    rules = access_rules(listen, 443, LOCAL)
    assert page_address(rules) == "https://127.0.0.1:443/mac/"
    assert owner_address(rules) == f"https://127.0.0.1:443/mac/?token={rules.credentials.start_secret}"
    assert page_address(access_rules(replace(listen, host="::1"), 80, LOCAL)) == "https://[::1]:80/mac/"
    assert list(tmp_path.iterdir()) == []
    assert "; Path=/mac/; HttpOnly; SameSite=None; Partitioned;" in rules.cookie.set("abc", "https")
    assert [str(origin) for origin in rules.embedders] == ["https://school.example"]


def test_in_a_kiosk_who_needs_no_token_is_a_visitor() -> None:
    rules = AccessRules("127.0.0.1", 8080, empty_credentials(), Everybody(), kiosk=True)
    scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "client": ("127.0.0.1", 1)}
    principal = rules.identified(scope)[PRINCIPAL]
    assert (principal.role, principal.name, principal.token) == (Role.PLAYER, "visitor", None)
