"""What the middleware does to requests and responses; the rules that it applies are in test_access.py."""

import asyncio
import time
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.routing import Route, WebSocketRoute
from starlette.types import Message, Receive, Scope, Send

from moof.server.auth import wrong_tokens
from moof.server.auth.access import AccessRules
from moof.server.auth.audit import AuditEvent, AuditLog
from moof.server.auth.exemptions import Everybody
from moof.server.auth.principal import PRINCIPAL
from moof.server.auth.roles import Permission, Role
from moof.server.auth.wrong_tokens import MAX_TRIES
from moof.server.http import request_body
from moof.server.http.access_middleware import AccessMiddleware
from moof.server.http.body_limits import BodyLimits
from moof.server.http.route_permissions import RoutePermissions, needs
from moof.server.http.security_headers import security_headers
from support.access import empty_credentials, local_rules, new_tokens, open_rules

HOST = (b"host", b"localhost:8080")


LOCAL = AccessRules("127.0.0.1", 8080, empty_credentials(), Everybody())


@needs(Permission.WATCH)
async def page() -> None:
    """A route that viewers may use."""


class Application:
    """Reads a request's body, and answers with status 200."""

    def __init__(self) -> None:
        self.scope: Scope = {}
        self.received: list[Message] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope = scope
        if scope["type"] == "http":
            self.received.append(await receive())
            while self.received[-1].get("more_body"):
                self.received.append(await receive())
            await send({"type": "http.response.start", "status": 200, "headers": [(b"x-a", b"b")]})


async def call(
    application: Application,
    scope: Scope,
    *parts: Message,
    rules: AccessRules = LOCAL,
    audit: AuditLog | None = None,
) -> list[Message]:
    """Return what is sent in response to a request whose body stops after these parts."""
    sent: list[Message] = []
    left = list(parts)

    async def receive() -> Message:
        if not left:
            await asyncio.Event().wait()
        return left.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    middleware = AccessMiddleware(
        application,
        rules,
        BodyLimits(),
        audit or AuditLog(),
        RoutePermissions([Route("/", page), Route("/api/status", page), WebSocketRoute("/", page)]),
    )
    common = {"scheme": "http", "query_string": b"", "path": "/", "headers": [HOST]}
    await middleware({**common, **scope}, receive, send)
    return sent


def part(more: bool) -> Message:
    return {"type": "http.request", "body": b"x", "more_body": more}


async def test_allowed_request_gets_a_role_and_its_response_the_headers() -> None:
    application = Application()
    (start,) = await call(application, {"type": "http", "method": "GET"}, part(more=False))
    assert application.scope[PRINCIPAL].role is Role.OWNER
    headers = {name.decode(): value.decode() for name, value in start["headers"]}
    assert headers == {"x-a": "b", **security_headers()}


@pytest.mark.parametrize(
    ("hsts", "scheme", "sent"), [(True, "https", True), (True, "http", False), (False, "https", False)]
)
async def test_browsers_are_told_to_use_https_alone_if_they_do(hsts: bool, scheme: str, sent: bool) -> None:
    rules = replace(LOCAL, hsts=hsts)
    (start,) = await call(
        Application(), {"type": "http", "method": "GET", "scheme": scheme}, part(more=False), rules=rules
    )
    header = (b"strict-transport-security", b"max-age=31536000")
    assert (header in start["headers"]) == sent


@pytest.mark.parametrize(
    ("kind", "answer"), [("http", "http.response.start"), ("websocket", "websocket.close")]
)
async def test_refused_request_does_not_reach_the_application(kind: str, answer: str) -> None:
    application = Application()
    headers = [(b"host", b"evil.example")]
    sent = await call(application, {"type": kind, "method": "GET", "headers": headers})
    assert sent[0]["type"] == answer
    assert application.scope == {}


async def test_body_that_stops_is_a_disconnection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_body, "_MAX_GAP", 0.01)
    application = Application()
    scope = {"type": "http", "method": "POST", "headers": [HOST, (b"content-length", b"2")]}
    await call(application, scope, part(more=True))
    assert application.received == [part(more=True), {"type": "http.disconnect"}]


async def test_other_scopes_pass() -> None:
    application = Application()
    assert await call(application, {"type": "lifespan"}) == []
    assert application.scope["type"] == "lifespan"
    assert PRINCIPAL not in application.scope


async def follow(
    rules: AccessRules, link: str, cookie: str = "", address: str = "10.0.0.1"
) -> tuple[int, list[str], str]:
    """Open the link with this token; return the status, the new cookies and the new address."""
    headers = [HOST, (b"cookie", f"moof-8080={cookie}".encode())]
    scope = {"type": "http", "method": "GET", "query_string": f"token={link}".encode(), "headers": headers}
    start, *_ = await call(Application(), {**scope, "client": (address, 4711)}, rules=rules)
    cookies = [value.decode() for name, value in start["headers"] if name == b"set-cookie"]
    values = [each.partition(";")[0].removeprefix("moof-8080=") for each in cookies]
    return start["status"], values, dict(start["headers"]).get(b"location", b"").decode()


def role_of(rules: AccessRules, cookie: str) -> Role | None:
    principal = rules.credentials.principal_of_cookies([cookie], "", time.time())
    return principal.role if principal is not None else None


async def test_a_link_signs_in_and_leaves_the_address(tmp_path: Path) -> None:
    tokens = new_tokens(tmp_path)
    rules = open_rules(tmp_path)
    for role, token in tokens.items():
        status, (cookie,), location = await follow(rules, token)
        assert (status, location, role_of(rules, cookie)) == (303, "./", role)
        assert token not in cookie


@pytest.mark.parametrize(
    ("before", "link", "after"),
    [
        (Role.PLAYER, Role.VIEWER, None),
        (Role.PLAYER, Role.PLAYER, None),
        (Role.VIEWER, Role.PLAYER, Role.PLAYER),
        (Role.PLAYER, Role.OWNER, Role.OWNER),
        (Role.OWNER, Role.PLAYER, None),
    ],
)
async def test_a_link_does_not_replace_a_login_session_that_may_do_more(
    before: Role, link: Role, after: Role | None, tmp_path: Path
) -> None:
    tokens = new_tokens(tmp_path)
    rules = open_rules(tmp_path)
    _, (cookie,), _ = await follow(rules, tokens[before])
    _, cookies, _ = await follow(rules, tokens[link], cookie)
    assert [role_of(rules, each) for each in cookies] == ([after] if after else [])
    assert role_of(rules, cookie) is (None if after else before), "the one that was replaced has ended"


async def test_a_link_with_a_wrong_token_is_refused_unless_none_is_needed(tmp_path: Path) -> None:
    assert await follow(open_rules(tmp_path), "wrong") == (403, [], "")
    assert await follow(local_rules(tmp_path), "wrong") == (303, [], "./")


async def test_a_link_to_watch_makes_a_viewer_also_where_no_token_is_needed(tmp_path: Path) -> None:
    tokens = new_tokens(tmp_path)
    rules = local_rules(tmp_path)
    _, (cookie,), _ = await follow(rules, tokens[Role.VIEWER])
    application = Application()
    headers = [HOST, (b"cookie", f"moof-8080={cookie}".encode())]
    scope = {"type": "http", "method": "GET", "headers": headers}
    await call(application, scope, part(more=False), rules=rules)
    assert application.scope[PRINCIPAL].role is Role.VIEWER


async def test_refusals_and_sign_ins_are_in_the_audit_log(tmp_path: Path) -> None:
    audit, tokens = AuditLog(), new_tokens(tmp_path)
    rules = open_rules(tmp_path)

    async def get(path: str, query: str = "", token: str = "") -> None:
        headers = [HOST, (b"authorization", f"Bearer {token}".encode())]
        scope = {"type": "http", "method": "GET", "path": path, "query_string": query.encode()}
        scope |= {"headers": headers, "client": ("10.0.0.9", 1)}
        await call(Application(), scope, part(more=False), rules=rules, audit=audit)

    await get("/api/status")
    await get("/api/prefs", token=tokens[Role.VIEWER])
    await get("/", f"token={tokens[Role.PLAYER]}")
    await get("/", "token=wrong")
    await get("/api/status", token=tokens[Role.PLAYER])
    wrong, signed_in, refused, nobody = audit.entries
    assert [each.event for each in (wrong, refused, nobody)] == 3 * [AuditEvent.REFUSED]
    assert (nobody.actor.role, nobody.actor.address) == ("", "10.0.0.9")
    assert nobody.detail.startswith("GET /api/status: A token is needed")
    assert (refused.actor.role, refused.actor.name) == ("viewer", "viewer")
    assert refused.detail.startswith("GET /api/prefs: This is for the owner")
    assert (signed_in.event, signed_in.actor.role) == (AuditEvent.SIGNED_IN, "player")
    assert tokens[Role.PLAYER] not in str(signed_in)
    assert "wrong token" in wrong.detail


async def bearer(rules: AccessRules, token: str) -> tuple[int, dict[bytes, bytes]]:
    """Send a request with a token; return the answer's status and headers."""
    headers = [HOST, (b"authorization", f"Bearer {token}".encode())]
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/api/status",
        "headers": headers,
        "client": ("10.0.0.9", 1),
    }
    start, *_ = await call(Application(), scope, part(more=False), rules=rules)
    return start["status"], dict(start["headers"])


async def test_wrong_tokens_wait_for_their_refusal_and_others_of_the_network_are_not_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wrong_tokens, "FIRST_DELAY", 1e6)
    monkeypatch.setattr(wrong_tokens, "LONGEST_DELAY", 1e6)
    monkeypatch.setattr(wrong_tokens, "UNSEEN_DELAY", 0.01)
    tokens = new_tokens(tmp_path)
    rules = open_rules(tmp_path)
    assert (await bearer(rules, tokens[Role.VIEWER]))[0] == 200
    waiting = [asyncio.create_task(bearer(rules, "wrong")) for _ in range(MAX_TRIES)]
    await asyncio.sleep(0)
    for token in ("wrong", tokens[Role.VIEWER]):
        status, headers = await bearer(rules, token)
        assert (status, headers[b"retry-after"]) == (429, b"8")
    assert await follow(rules, tokens[Role.VIEWER], address="10.0.0.9") == (429, [], "")
    assert (await follow(rules, tokens[Role.VIEWER], address="10.0.0.8"))[0] == 303
    assert not any(each.done() for each in waiting)
    for each in waiting:
        each.cancel()


async def test_a_wrong_token_is_refused_after_its_delay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wrong_tokens, "FIRST_DELAY", 0.01)
    status, headers = await bearer(open_rules(tmp_path), "wrong")
    assert (status, headers[b"www-authenticate"]) == (401, b"Bearer")
