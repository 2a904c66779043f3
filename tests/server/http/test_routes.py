"""Both applications on real ports: httpx is the script, websockets the page."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

import moof
from moof.ipc import CommandCode, MachineCommand
from moof.server.auth.principal import Principal
from moof.server.auth.roles import Role
from moof.server.config.floor_rules import FloorMode, FloorRules
from moof.server.http.body_limits import BodyLimits
from moof.server.http.routes import create_app, create_signaling_app
from moof.server.http.uvicorn_server import UvicornServer
from moof.server.session.presence import NOT_THE_HOLDER
from moof.server.session.signaling_channel import SignalingSocket, WebSocketClosedError
from moof.web import page_root
from support.access import local_rules, new_tokens
from support.quiet_backend import QuietBackend

PAGE = Path(str(page_root()))
SCRIPTS = sorted(str(file.relative_to(PAGE)) for file in PAGE.rglob("*.js"))


@dataclass
class Served:
    backend: QuietBackend
    client: httpx.AsyncClient
    page_port: int
    signaling_port: int


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    backend = QuietBackend(tmp_path)
    page, signaling = UvicornServer.bind("127.0.0.1", 0), UvicornServer.bind("127.0.0.1", 0)
    rules = local_rules(tmp_path, page.port)
    page.open(create_app(backend, rules, BodyLimits()))
    signaling.open(create_signaling_app(backend, rules, BodyLimits()))
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{page.port}") as client:
        yield Served(backend, client, page.port, signaling.port)
    await backend.session_manager.close("end")
    await asyncio.gather(page.close(), signaling.close())


def websocket(port: int, **headers: str) -> connect:
    return connect(f"ws://127.0.0.1:{port}/signaling", additional_headers=headers, proxy=None)


async def receive(page: ClientConnection) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(await page.recv())
    return message


async def test_page_and_its_files_are_served(served: Served) -> None:
    page = await served.client.get("/")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert "img-src 'self' blob:;" in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "no-cache"
    assert '<script type="module" src="static/bundled/main.js">' in page.text
    assert '<link rel="stylesheet" href="static/bundled/styles.css">' in page.text
    for name in [*SCRIPTS, "bundled/main.js", "bundled/ui/panels.js", "bundled/styles.css", "index.html"]:
        file = await served.client.get(f"/static/{name}")
        assert file.status_code == 200
        assert file.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["/", "/healthz", "/api/status", "/keymap.json", "/static/main.js"])
async def test_head_is_answered_like_get(served: Served, path: str) -> None:
    response = await served.client.head(path)
    assert (response.status_code, response.content) == (200, b"")
    assert int(response.headers["content-length"]) > 0


@pytest.mark.parametrize(
    "path",
    ["/nothing", "/static/nothing.js", "/static/../__init__.py", "/static/%2e%2e/__init__.py", "/docs"],
)
async def test_other_paths_are_not_found(served: Served, path: str) -> None:
    response = await served.client.get(path)
    assert response.status_code == 404
    assert response.json()["detail"] == "Not Found"


@pytest.mark.parametrize(
    ("method", "path", "body", "event"),
    [
        ("POST", "/api/reset", None, "power"),
        ("POST", "/api/prefs", {"set": {"ramsize": ["8"]}}, "preferences"),
        ("PUT", "/api/config", {"size": "640x480"}, "configuration"),
        ("POST", "/api/emulators", {"pid": 42}, "emulator"),
        ("PUT", "/api/disks/a.img", None, "files"),
    ],
)
async def test_what_is_switched_or_changed_is_in_the_audit_log(
    served: Served, method: str, path: str, body: dict[str, Any] | None, event: str
) -> None:
    sent = {"content": b"disk"} if body is None else {"json": body}
    assert (await served.client.request(method, path, **sent)).status_code == 200
    (entry,) = (await served.client.get("/api/audit")).json()
    assert (entry["event"], entry["detail"], entry["address"]) == (event, f"{method} {path}", "127.0.0.1")


async def test_keymap(served: Served) -> None:
    codes = (await served.client.get("/keymap.json")).json()["codes"]
    assert codes["KeyA"] == 0
    assert codes["MetaLeft"] == 0x37


async def test_keyboard_layouts(served: Served) -> None:
    answer = (await served.client.get("/layouts.json")).json()
    assert answer["default"] == "us"
    assert answer["layouts"]["german"]["keys"]["16"][0] == "z"


async def test_latency(served: Served) -> None:
    (report,) = (await served.client.get("/api/latency")).json()
    assert (report["viewer"], report["codec"]) == ("v1", "png")


async def test_status(served: Served) -> None:
    status = (await served.client.get("/api/status")).json()
    assert {"version", "emulator", "codec", "viewers", "audio", "note"} < set(status)
    assert set(status["emulator"]) == {
        *("connected", "responding", "pid", "state", "width", "height", "frames", "fps")
    }
    assert (status["version"], status["codec"], status["viewers"]) == (moof.__version__, "h264", [])
    async with websocket(served.page_port) as page:
        viewer = (await receive(page))["viewer"]
        viewers = (await served.client.get("/api/status")).json()["viewers"]
        assert [(each["id"], each["codec"], each["ready"]) for each in viewers] == [(viewer, "h264", False)]


async def test_restart(served: Served) -> None:
    assert (await served.client.post("/api/restart")).json() == {"ok": True}
    assert served.backend.emulator.messages == [MachineCommand(CommandCode.RESET)]
    served.backend.emulator.connected = False
    refused = await served.client.post("/api/restart")
    assert refused.status_code == 409
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json() == {
        "type": "about:blank",
        "title": "Conflict",
        "status": 409,
        "detail": "no emulator is connected that could be restarted",
    }


async def test_codec(served: Served) -> None:
    async with websocket(served.page_port) as page:
        for _ in range(6):
            await receive(page)
        assert (await served.client.post("/api/codec", json={"codec": "png"})).json() == {"ok": True}
        assert await receive(page) == {"type": "codec", "codec": "png", "choice": "png"}
    assert served.backend.session_manager.codec == "png"
    refused = await served.client.post("/api/codec", json={"codec": "av1"})
    assert refused.status_code == 422
    assert refused.json()["detail"] == "there is no codec 'av1': this server has h264, png"


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'{"codec": 1}', b'{"codec": null}', b"\xff\xfe", b"[" * 10_000]
)
async def test_an_invalid_body_is_answered_with_a_problem(served: Served, body: bytes) -> None:
    headers = {"content-type": "application/json"}
    refused = await served.client.post("/api/codec", content=body, headers=headers)
    assert refused.status_code in (400, 422)
    assert isinstance(refused.json()["detail"], str)
    assert (await served.client.get("/api/status")).status_code == 200


async def test_an_internal_error_is_answered_with_a_problem(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(served.backend, "status", lambda: 1 / 0)
    answer = await served.client.get("/api/status")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 500
    assert "content-security-policy" in answer.headers
    assert (await served.client.get("/healthz")).status_code == 200


async def test_wrong_methods_are_refused(served: Served) -> None:
    refused = await served.client.get("/api/restart")
    assert (refused.status_code, refused.json()["detail"]) == (405, "Method Not Allowed")


async def test_signaling_is_served_on_both_ports(served: Served) -> None:
    own = f"http://127.0.0.1:{served.page_port}"
    for port in (served.page_port, served.signaling_port):
        async with websocket(port, origin=own) as page:
            assert (await receive(page))["type"] == "hello"


async def test_the_second_port_serves_nothing_else(served: Served) -> None:
    for path in ("/", "/api/status", "/static/index.html", "/keymap.json"):
        response = await served.client.get(f"http://127.0.0.1:{served.signaling_port}{path}")
        assert response.status_code == 404


async def test_signaling_without_a_websocket_names_the_reason(served: Served) -> None:
    for port in (served.page_port, served.signaling_port):
        url = f"http://127.0.0.1:{port}/signaling"
        own = await served.client.get(url, params={"origin": f"http://127.0.0.1:{served.page_port}"})
        assert (own.status_code, own.headers["upgrade"]) == (426, "websocket")
        assert "no Upgrade header" in own.json()["detail"]
        other = await served.client.get(url, params={"origin": "https://mac.example"})
        assert other.status_code == 403
        assert f"“127.0.0.1:{port}”" in other.json()["detail"]


async def test_pages_of_other_origins_are_refused(served: Served) -> None:
    for port in (served.page_port, served.signaling_port):
        with pytest.raises(InvalidStatus, match="403"):
            async with websocket(port, origin="http://evil.example"):
                pass
    refused = await served.client.post("/api/restart", headers={"origin": "http://evil.example"})
    assert (refused.status_code, served.backend.emulator.messages) == (403, [])


async def test_invalid_signaling_messages_are_answered_with_errors(served: Served) -> None:
    async with websocket(served.page_port) as page:
        for _ in range(6):
            await receive(page)
        for message in ("{", b"\x00\x01", "[]", json.dumps({"type": "join", "codec": "av1"})):
            await page.send(message)
            assert (await receive(page))["type"] == "error"
        await page.send("x" * 300_000)
        with pytest.raises(ConnectionClosed):
            await receive(page)
    async with websocket(served.page_port) as page:
        assert (await receive(page))["type"] == "hello"


async def test_closing_the_websocket_ends_the_session(served: Served) -> None:
    async with websocket(served.page_port) as page:
        for _ in range(6):
            await receive(page)
        await served.backend.session_manager.close("The server has been stopped.")
        assert (await receive(page))["type"] == "bye"
        with pytest.raises(ConnectionClosed):
            await receive(page)


async def test_schema_describes_the_api(served: Served) -> None:
    schema = (await served.client.get("/openapi.json")).json()
    switches = {f"/api/{name}" for name in ("start", "stop", "restart", "reset", "pause", "resume")}
    assert switches | {"/api/status", "/api/codec", "/api/prefs", "/healthz", "/metrics"} < set(
        schema["paths"]
    )
    assert "Problem" in schema["components"]["schemas"]
    assert "HTTPValidationError" not in str(schema["components"])
    assert (await served.client.get("/api")).headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("name", ["start", "stop", "reset", "pause", "resume"])
async def test_switches(served: Served, name: str) -> None:
    assert (await served.client.post(f"/api/{name}")).status_code == 200
    assert served.backend.emulator.messages == [MachineCommand(CommandCode[name.upper()])]
    served.backend.emulator.connected = False
    assert (await served.client.post(f"/api/{name}")).status_code == 409


@pytest.fixture
def player(tmp_path: Path) -> dict[str, str]:
    return {"authorization": f"Bearer {new_tokens(tmp_path)[Role.PLAYER]}"}


async def test_a_player_switches_the_mac_while_nobody_else_has_it(
    player: dict[str, str], served: Served
) -> None:
    assert (await served.client.post("/api/reset", headers=player)).status_code == 200
    served.backend.presence.floor.set_rules(FloorRules(FloorMode.QUEUE), 0.0)
    refused = await served.client.post("/api/reset", headers=player)
    assert (refused.status_code, refused.json()["detail"]) == (409, NOT_THE_HOLDER)
    assert (await served.client.post("/api/reset")).status_code == 200  # the owner's


async def test_emulators(served: Served) -> None:
    listed = (await served.client.get("/api/emulators")).json()
    assert listed == [{"pid": 42, "started": 1.5, "connected": False}]
    assert (await served.client.post("/api/emulators", json={"pid": 42})).status_code == 200
    assert (await served.client.post("/api/emulators", json={"pid": 43})).status_code == 409
    assert served.backend.attached == [42]
    assert (await served.client.get("/api/output")).json() == {"lines": ["last line"]}


async def test_screenshot(served: Served) -> None:
    answer = await served.client.get("/api/screenshot.png")
    assert (answer.content, answer.headers["content-type"]) == (b"PNG", "image/png")
    served.backend.emulator.connected = False
    assert (await served.client.get("/api/screenshot.png")).status_code == 409


async def test_config(served: Served) -> None:
    nothing = (await served.client.get("/api/config")).json()
    assert set(nothing.values()) == {None}
    assert (await served.client.put("/api/config", json={"codec": "png", "depth": 8})).status_code == 200
    assert (await served.client.get("/api/config")).json() == {**nothing, "codec": "png", "depth": 8}
    wrongs: list[Any] = [
        {"codec": "av1"},
        {"emulator": "b2"},
        {"size": "1x1"},
        {"http_port": 1},
        {"ram": "a"},
        {"keyboard_layout": "klingon"},
        {"typing_rate": 0},
        {"audio_packet_ms": 15},
        {"audio_bitrate": 8},
        [],
    ]
    for wrong in wrongs:
        assert (await served.client.put("/api/config", json=wrong)).status_code == 422
    served.backend.library.config_file.write_text("=")
    assert (await served.client.get("/api/config")).status_code == 409
    assert (await served.client.put("/api/config", json={})).status_code == 409


async def test_health_and_metrics(served: Served) -> None:
    assert (await served.client.get("/healthz")).json() == {"status": "ok"}
    figures = (await served.client.get("/metrics")).text.splitlines()
    assert {"moof_viewers 0.0", "moof_emulator_connected 1.0", "moof_frames_total 0.0"} < set(figures)
    served.backend.healthy = False
    assert (await served.client.get("/healthz")).status_code == 503


async def test_close_codes_1000_and_1001_are_final(served: Served) -> None:
    seen: list[tuple[str, bool]] = []

    async def serve(socket: SignalingSocket, principal: Principal, resume_key: str) -> None:
        with pytest.raises(WebSocketClosedError) as closed:
            await socket.receive()
        await socket.send("dropped without an error")
        seen.append((resume_key, closed.value.final))

    served.backend.serve = serve  # type: ignore[method-assign]
    for code in (1000, 1001, 4000):
        address = f"ws://127.0.0.1:{served.page_port}/signaling?session=key{code}"
        async with connect(address, proxy=None) as page:
            await page.close(code)
    async with asyncio.timeout(30):
        while len(seen) < 3:  # noqa: ASYNC110  it comes over the network
            await asyncio.sleep(0.005)
    assert seen == [("key1000", True), ("key1001", True), ("key4000", False)]
