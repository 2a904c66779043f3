"""What the middleware does to requests and responses; the rules that it applies are in test_access.py."""

import asyncio

import pytest
from starlette.types import Message, Receive, Scope, Send

from moof.server.auth.access import AccessRules
from moof.server.auth.audit import AuditEvent, AuditLog
from moof.server.auth.tokens import Role, Tokens
from moof.server.http import request_body
from moof.server.http.access_middleware import ROLE, SECURITY_HEADERS, AccessMiddleware
from moof.server.http.body_limits import BodyLimits

HOST = (b"host", b"localhost:8080")


TOKENS = Tokens("player" * 4, "viewer" * 4)
LOCAL = AccessRules("127.0.0.1", page_port=8080)
OPEN = AccessRules("0.0.0.0", 8080, TOKENS)


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

    middleware = AccessMiddleware(application, rules, BodyLimits(), audit or AuditLog())
    common = {"scheme": "http", "query_string": b"", "path": "/", "headers": [HOST]}
    await middleware({**common, **scope}, receive, send)
    return sent


def part(more: bool) -> Message:
    return {"type": "http.request", "body": b"x", "more_body": more}


async def test_allowed_request_gets_a_role_and_its_response_the_headers() -> None:
    application = Application()
    (start,) = await call(application, {"type": "http", "method": "GET"}, part(more=False))
    assert application.scope[ROLE] is Role.PLAYER
    headers = {name.decode(): value.decode() for name, value in start["headers"]}
    assert headers == {"x-a": "b", **SECURITY_HEADERS}


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
    assert ROLE not in application.scope


@pytest.mark.parametrize(
    ("cookie", "link", "kept"),
    [
        (TOKENS.player, TOKENS.viewer, None),
        (TOKENS.viewer, TOKENS.player, TOKENS.player),
        (TOKENS.player, TOKENS.player, TOKENS.player),
        ("wrong", TOKENS.viewer, TOKENS.viewer),
    ],
)
async def test_link_to_watch_does_not_replace_a_players_cookie(
    cookie: str, link: str, kept: str | None
) -> None:
    headers = [HOST, (b"cookie", f"moof-8080={cookie}".encode())]
    scope = {"type": "http", "method": "GET", "query_string": f"token={link}".encode(), "headers": headers}
    start, *_ = await call(Application(), scope, rules=OPEN)
    cookies = [value.decode() for name, value in start["headers"] if name == b"set-cookie"]
    assert start["status"] == 303
    assert [each.split(";")[0] for each in cookies] == ([f"moof-8080={kept}"] if kept else [])


async def test_refusals_and_sign_ins_are_in_the_audit_log() -> None:
    audit = AuditLog()

    async def get(path: str, query: str = "", token: str = "") -> None:
        headers = [HOST, (b"authorization", f"Bearer {token}".encode())]
        scope = {"type": "http", "method": "GET", "path": path, "query_string": query.encode()}
        await call(
            Application(),
            {**scope, "headers": headers, "client": ("10.0.0.9", 1)},
            part(more=False),
            rules=OPEN,
            audit=audit,
        )

    await get("/api/status")
    await get("/api/prefs", token=TOKENS.viewer)
    await get("/", f"token={TOKENS.player}")
    await get("/", "token=wrong")
    await get("/api/status", token=TOKENS.player)
    wrong, signed_in, refused, nobody = audit.entries
    assert [each.event for each in (wrong, refused, nobody)] == 3 * [AuditEvent.REFUSED]
    assert (nobody.actor.role, nobody.actor.address) == ("", "10.0.0.9")
    assert nobody.detail.startswith("GET /api/status: A token is needed")
    assert (refused.actor.role, refused.detail) == (
        "viewer",
        "GET /api/prefs: Your token is for watching only.",
    )
    assert (signed_in.event, signed_in.actor.role) == (AuditEvent.SIGNED_IN, "player")
    assert TOKENS.player not in str(signed_in)
    assert "wrong token" in wrong.detail
