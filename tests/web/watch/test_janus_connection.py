"""Janus' API as the page uses it; a real Janus is in tests/e2e/test_watch.py."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page, WebSocketRoute

URL = "ws://janus.example/"
OPEN = f"""async () => {{
    const {{ JanusConnection }} = await import("/static/watch/janus-connection.js");
    window.ends = [];
    window.janus = await JanusConnection.open("{URL}", (reason) => window.ends.push(reason));
}}"""


class Janus:
    """Answers as Janus does, and records the requests."""

    def __init__(self, page: Page) -> None:
        self.requests: list[dict[str, Any]] = []
        self.socket: WebSocketRoute | None = None
        page.route_web_socket(URL, self._connected)

    def _connected(self, socket: WebSocketRoute) -> None:
        self.socket = socket
        socket.on_message(self._received)

    def _received(self, text: str | bytes) -> None:
        request = json.loads(text)
        self.requests.append(request)
        answer: dict[str, Any] = {"janus": "success", "data": {"id": len(self.requests)}}
        if request["janus"] == "message":
            self.send(janus="ack", transaction=request["transaction"])
            failed = (
                {"error_code": 428, "error": "No such feed"} if request["body"]["request"] == "join" else {}
            )
            answer = {"janus": "event", "plugindata": {"data": {"videoroom": "event", **failed}}}
        self.send(**answer, transaction=request["transaction"])

    def send(self, **message: Any) -> None:
        assert self.socket is not None
        self.socket.send(json.dumps(message))


@pytest.fixture
def janus(page: Page, server: Any) -> Janus:
    janus = Janus(page)
    page.goto(f"{server.url}/blank")
    page.evaluate(OPEN)
    return janus


def test_requests_have_the_session_and_the_handle(page: Page, janus: Janus) -> None:
    answer = page.evaluate("() => window.janus.message({ request: 'start' })")
    assert answer["plugindata"]["data"]["videoroom"] == "event"
    assert [each["janus"] for each in janus.requests] == ["create", "attach", "message"]
    assert (janus.requests[-1]["session_id"], janus.requests[-1]["handle_id"]) == (1, 2)


def test_an_error_of_the_plugin_is_thrown(page: Page, janus: Janus) -> None:
    failed = page.evaluate("() => window.janus.message({ request: 'join' }).catch((error) => error.message)")
    assert failed == "No such feed"


def test_ends_are_reported(page: Page, janus: Janus) -> None:
    janus.send(janus="webrtcup")
    janus.send(janus="event", plugindata={"data": {"videoroom": "destroyed"}})
    janus.send(janus="hangup", reason="DTLS alert")
    page.wait_for_function("() => window.ends.length === 2")
    assert page.evaluate("() => window.ends") == ["destroyed", "hangup"]
    assert janus.socket is not None
    janus.socket.close()
    page.wait_for_function("() => window.ends.at(-1) === 'closed'")


def test_an_own_close_is_no_end(page: Page, janus: Janus) -> None:
    assert page.evaluate("() => { window.janus.close(); return window.ends; }") == []
