"""Fixtures of the page's tests: a browser page that runs its modules, and a small server in place of Moof's.

The server serves the package's page as the real one does, its modules as one script; at `/modules` with each
module by itself, as any server can. It accepts the signaling WebSocket, and lets a test answer on it, or
`offerer.js` in a second tab, which offers WebRTC as the real server would.
"""

import json
import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import Server, ServerConnection, serve

from moof.keyboard import layouts_json
from moof.web import page_root
from moof.web.bundle import FOLDER, STYLES, bundle, bundled_page, bundled_styles
from moof.web.compact import compact

HERE = Path(__file__).parent
PAGE = Path(str(page_root()))
TIMEOUT_SECONDS = 30.0
CLOSE_SECONDS = 1.0
TYPES = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".json": "application/json",
}
BLANK = b"<!doctype html><title>Modules</title><link rel=icon href='data:,'>"

Json = dict[str, Any]

# Some of the ADB codes; the whole table is the real server's.
KEY_CODES = {
    "KeyA": 0,
    "KeyS": 1,
    "KeyC": 8,
    "KeyM": 46,
    "Digit1": 18,
    "Digit3": 20,
    "Minus": 27,
    "Tab": 48,
    "Space": 49,
    "Enter": 36,
    "Escape": 53,
    "MetaLeft": 55,
    "MetaRight": 55,
    "ShiftLeft": 56,
    "CapsLock": 57,
    "AltLeft": 58,
    "AltRight": 124,
    "ControlLeft": 54,
    "ShiftRight": 123,
    "F1": 122,
    "F12": 111,
    "F15": 113,
    "ArrowLeft": 59,
    "NumpadEnter": 76,
    "Numpad0": 82,
}


class FakeServer:
    """HTTP and signaling on one port; `stop` and `start` simulate a server that crashes and is restarted."""

    def __init__(self) -> None:
        self.port = 0
        self.viewers: queue.Queue[ServerConnection] = queue.Queue()
        self.messages: queue.Queue[Json] = queue.Queue()
        self._viewer: ServerConnection | None = None
        self._offerer: ServerConnection | None = None
        self._server: Server | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        # A page that is closed meanwhile may not answer that its connection closes.
        self._server = serve(
            self._serve, "127.0.0.1", self.port, process_request=self._http, close_timeout=CLOSE_SECONDS
        )
        self.port = self._server.socket.getsockname()[1]
        threading.Thread(target=self._server.serve_forever, name="fake-server", daemon=True).start()

    def stop(self) -> None:
        for connection in (self._viewer, self._offerer):
            if connection is not None:
                connection.close()
        if self._server is not None:
            self._server.shutdown()
        self._viewer = self._offerer = self._server = None

    def discard_messages(self) -> None:
        """Discard the connections and messages of earlier pages."""
        self.viewers = queue.Queue()
        self.messages = queue.Queue()

    def next_viewer(self) -> ServerConnection:
        """Wait for the next WebSocket that a page opens, and return it."""
        return self.viewers.get(timeout=TIMEOUT_SECONDS)

    def send(self, **message: Any) -> None:
        """Send a message to the newest viewer."""
        self.send_text(json.dumps(message))

    def send_text(self, text: str) -> None:
        """Send any text to the newest viewer."""
        assert self._viewer is not None
        self._viewer.send(text)

    def expect(self, kind: str) -> Json:
        """Return the next message of that type from a viewer; others before it are discarded."""
        while True:
            message = self.messages.get(timeout=TIMEOUT_SECONDS)
            if message["type"] == kind:
                return message

    def _http(self, _connection: ServerConnection, request: Request) -> Response | None:
        path = request.path.partition("?")[0]
        if path in ("/signaling", "/offerer"):
            return None
        if (found := _answer(path)) is not None:
            return _file(*found)
        return Response(HTTPStatus.NOT_FOUND, "Not Found", Headers({"Content-Length": "0"}), b"")

    def _serve(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        if connection.request.path == "/offerer":
            self._offerer = connection
            for text in connection:
                forward(text, self._viewer)
            return
        self._viewer = connection
        self.viewers.put(connection)
        forward('{"type": "viewer"}', self._offerer)
        for message in connection:
            text = (
                message if isinstance(message, str) else json.dumps({"type": "input", "hex": message.hex()})
            )
            self.messages.put(json.loads(text))
            forward(text, self._offerer)


def forward(text: str | bytes, connection: ServerConnection | None) -> None:
    """Forward a message; a connection that has closed must not raise in the other one's handler."""
    message = json.loads(text)
    if connection is not None:
        with suppress(ConnectionClosed):
            connection.send(bytes.fromhex(message["hex"]) if message["type"] == "binary" else text)


def _answer(path: str) -> tuple[str, bytes] | None:
    """Return a file for a request: its name, whose end tells its type, and what it has."""
    name = path.removeprefix("/static/")
    if name != path and ((PAGE / name).is_file() or name.startswith(f"{FOLDER}/")):
        return path, _static(name)
    match path:
        case "/":
            return "index.html", bundled_page((PAGE / "index.html").read_text()).encode()
        case "/modules":
            return "index.html", (PAGE / "index.html").read_bytes()
        case "/blank":
            return "blank.html", BLANK
        case "/keymap.json":
            return path, json.dumps({"codes": KEY_CODES}).encode()
        case "/layouts.json":
            return path, json.dumps(layouts_json()).encode()
        case "/test/offerer.js":
            return path, (HERE / "offerer.js").read_bytes()
    return None


@cache
def _static(name: str) -> bytes:
    """Return what the real server sends for a file below `/static`, or for a bundle."""
    bundled = name.removeprefix(f"{FOLDER}/")
    if bundled == name:
        return compact(name, (PAGE / name).read_bytes())
    return (bundled_styles(PAGE) if bundled == STYLES else bundle(PAGE, bundled)).body


def _file(name: str, content: bytes) -> Response:
    headers = {
        "Content-Type": TYPES[Path(name).suffix],
        "Content-Length": str(len(content)),
        "Connection": "close",
    }
    return Response(HTTPStatus.OK, "OK", Headers(headers), content)


@pytest.fixture
def server() -> Iterator[FakeServer]:
    fake = FakeServer()
    fake.start()
    yield fake
    fake.stop()


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(TIMEOUT_SECONDS * 1000)
    yield context
    context.close()


@pytest.fixture(scope="module")
def blank(context: BrowserContext) -> Iterator[Page]:
    """Open an empty page of the server, for tests of single modules."""
    fake = FakeServer()
    fake.start()
    page = context.new_page()
    page.goto(f"{fake.url}/blank")
    yield page
    page.close()
    fake.stop()


@pytest.fixture
def run(blank: Page) -> Callable[..., Any]:
    """Run JavaScript in an empty page: a function's body in which `load("x.js")` imports a module."""

    def run_module(body: str, argument: object = None) -> Any:
        source = f"async (argument) => {{ const load = (name) => import(`/static/${{name}}`); {body} }}"
        return blank.evaluate(source, argument)

    return run_module


@contextmanager
def fresh_tab(browser: Browser) -> Iterator[Page]:
    """Open a tab with empty storage; the page's exceptions and violations of the policy fail the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(TIMEOUT_SECONDS * 1000)
    tab = context.new_page()
    errors: list[str] = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.on("console", lambda line: errors.append(line.text) if "Content Security" in line.text else None)
    yield tab
    context.close()
    assert errors == []


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with fresh_tab(browser) as tab:
        yield tab


@pytest.fixture(scope="module")
def steady_page(browser: Browser) -> Iterator[Page]:
    """Open one tab for all tests of a module that restore its state."""
    with fresh_tab(browser) as tab:
        yield tab


@pytest.fixture(scope="module")
def offering_server() -> Iterator[FakeServer]:
    fake = FakeServer()
    fake.start()
    yield fake
    fake.stop()


@pytest.fixture(scope="module")
def offerer(browser: Browser, offering_server: FakeServer) -> Iterator[Page]:
    """Open a second tab that does the server's side of WebRTC; `window.mac` controls it (offerer.js)."""
    context = browser.new_context()
    context.set_default_timeout(TIMEOUT_SECONDS * 1000)
    tab = context.new_page()
    tab.goto(f"{offering_server.url}/blank")
    tab.evaluate("() => import('/test/offerer.js')")
    tab.wait_for_function("() => window.mac?.ready")
    yield tab
    context.close()


class Scene:
    """The page, connected, and the tab that does the side of the server and its Mac."""

    def __init__(self, page: Page, offerer: Page, server: FakeServer) -> None:
        self.page, self.offerer, self.server = page, offerer, server

    def open(self) -> None:
        self.page.goto(self.server.url)
        self.wait_for_picture()

    def wait_for_picture(self) -> None:
        self.wait_for_stats("stats.picture")
        self.offerer.wait_for_function("() => mac.open()")

    def wait_for_stats(self, condition: str) -> None:
        """Wait until a condition in JavaScript on `stats`, the page's report, holds."""
        assert self.page.evaluate(
            f"""async () => {{
                for (let attempt = 0; attempt < 1500; attempt++) {{
                    const stats = await moof.stats();
                    if ({condition}) return true;
                    await new Promise((done) => setTimeout(done, 20));
                }}
            }}"""
        ), condition

    def inputs(self) -> list[str]:
        """Return all input received so far, in hex, without pings and audio reports."""
        everything: list[str] = self.offerer.evaluate("mac.inputs")
        return [message for message in everything if not message.startswith(("04", "30"))]

    def wait_for_input(self, *messages: str) -> None:
        """Wait until these have been received, in this order; others may be in between."""
        self.offerer.wait_for_function(
            "(wanted) => mac.inputs.reduce((n, hex) => n + (hex === wanted[n]), 0) === wanted.length",
            arg=list(messages),
        )

    def keys(self) -> list[str]:
        return [message for message in self.inputs() if message.startswith("01")]

    def discard_inputs(self) -> None:
        self.offerer.evaluate("() => { mac.inputs.length = 0; }")

    def notice(self) -> Any:
        return expect(self.page.locator("#notice"))


@pytest.fixture(scope="module")
def opened(steady_page: Page, offerer: Page, offering_server: FakeServer) -> Scene:
    offerer.evaluate("() => mac.powerOn()")
    scene = Scene(steady_page, offerer, offering_server)
    scene.open()
    return scene


@pytest.fixture
def steady(opened: Scene) -> Scene:
    """Return the same page for all tests that restore its state: connecting takes longest."""
    opened.server.discard_messages()
    opened.discard_inputs()
    opened.page.locator("#screen").focus()
    return opened


@pytest.fixture
def scene(page: Page, offerer: Page, offering_server: FakeServer) -> Scene:
    offering_server.discard_messages()
    offerer.evaluate("() => mac.powerOn()")
    scene = Scene(page, offerer, offering_server)
    scene.open()
    return scene
