"""One tab of a browser: Chromium (playwright, DevTools), Firefox (WebDriver BiDi), WebKitGTK (WebDriver).

support.browsers starts the browsers.
"""

from __future__ import annotations

import base64
import json
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any, Final, Protocol

from playwright.sync_api import Page
from websockets.sync.client import ClientConnection

from support.first_visit import DISMISS
from support.waiting import wait_until

COMMAND_SECONDS: Final = 60.0
KEYS: Final = {
    "Tab": "\ue004",
    "Enter": "\ue007",
    "Escape": "\ue00c",
    "Shift": "\ue008",
    "Control": "\ue009",
    "Alt": "\ue00a",
    "End": "\ue010",
    "Home": "\ue011",
    "ArrowLeft": "\ue012",
    "ArrowUp": "\ue013",
    "ArrowRight": "\ue014",
    "ArrowDown": "\ue015",
}
"""Named keys as WebDriver has them (W3C WebDriver, section 17.4.2)."""

Json = dict[str, Any]


class BrowserError(Exception):
    """A browser is not installed, or it refused a command."""


class Tab(Protocol):
    """One tab, without mouse and keyboard."""

    name: str

    def open(self, url: str) -> None:
        """Load a page and wait for its load event."""

    def evaluate(self, body: str) -> Any:
        """Run the body of an async function in the page and return its JSON result."""


class PictureTab(Tab, Protocol):
    """One tab whose viewport can be seen."""

    def picture(self) -> bytes:
        """Return a PNG file of the viewport."""


class BrowserTab(Tab, Protocol):
    """One tab. Keys are characters or the names in `KEYS`; positions are CSS pixels of the viewport."""

    def key_down(self, key: str) -> None:
        """Press a key."""

    def key_up(self, key: str) -> None:
        """Release a key."""

    def move(self, x: float, y: float) -> None:
        """Move the pointer."""

    def button_down(self) -> None:
        """Press the main button."""

    def button_up(self) -> None:
        """Release the main button."""


class ChromiumTab(BrowserTab, PictureTab):
    """A tab of the system's Chromium."""

    name = "chromium"

    def __init__(self, page: Page) -> None:
        self._page = page

    def open(self, url: str) -> None:
        """Load a page and wait for its load event."""
        self._page.goto(url)
        self.evaluate(DISMISS)

    def evaluate(self, body: str) -> Any:
        """Run the body of an async function in the page and return its JSON result."""
        return self._page.evaluate(f"async () => {{ {body} }}")

    def picture(self) -> bytes:
        """Return a PNG file of the viewport."""
        return self._page.screenshot(timeout=1000 * COMMAND_SECONDS)

    def key_down(self, key: str) -> None:
        """Press a key."""
        self._page.keyboard.down(key)

    def key_up(self, key: str) -> None:
        """Release a key."""
        self._page.keyboard.up(key)

    def move(self, x: float, y: float) -> None:
        """Move the pointer."""
        self._page.mouse.move(x, y)

    def button_down(self) -> None:
        """Press the main button."""
        self._page.mouse.down()

    def button_up(self) -> None:
        """Release the main button."""
        self._page.mouse.up()


class Commands:
    """Commands with numbers over a WebSocket, as BiDi and Chromium's DevTools have them."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._number = 0

    def send(self, method: str, parameters: Json) -> Json:
        """Send a command and return its result. Raises BrowserError."""
        self._number += 1
        self._connection.send(json.dumps({"id": self._number, "method": method, "params": parameters}))
        while True:
            answer: Json = json.loads(self._connection.recv(COMMAND_SECONDS))
            if answer.get("id") == self._number:  # others are events
                break
        if "error" in answer:
            raise BrowserError(f"{method}: {answer['error']} {answer.get('message', '')}")
        result: Json = answer["result"]
        return result


class DevToolsTab(Tab):
    """A tab of a Chromium that runs as for a user.

    Playwright would make the page believe that it always has the focus.
    """

    name = "chromium"

    def __init__(self, connection: ClientConnection) -> None:
        self._commands = Commands(connection)

    def open(self, url: str) -> None:
        """Load a page and wait for its load event."""
        self._commands.send("Page.navigate", {"url": url})
        loaded = f"return document.readyState === 'complete' && location.href.startsWith({json.dumps(url)})"
        wait_until(lambda: self.evaluate(loaded), f"{url} to load")
        self.evaluate(DISMISS)

    def evaluate(self, body: str) -> Any:
        """Run the body of an async function in the page and return its JSON result."""
        parameters = {
            "expression": f"(async () => {{ {body} }})()",
            "awaitPromise": True,
            "returnByValue": True,
        }
        answer = self._commands.send("Runtime.evaluate", parameters)
        if "exceptionDetails" in answer:
            raise BrowserError(json.dumps(answer["exceptionDetails"]))
        return answer["result"].get("value")


class WebDriverTab(BrowserTab):
    """A tab that takes WebDriver's actions, which BiDi has in the same form (W3C WebDriver, section 15)."""

    def perform(self, source: Json) -> None:
        """Perform the actions of one input source."""
        raise NotImplementedError

    def key_down(self, key: str) -> None:
        """Press a key."""
        self._key("keyDown", key)

    def key_up(self, key: str) -> None:
        """Release a key."""
        self._key("keyUp", key)

    def move(self, x: float, y: float) -> None:
        """Move the pointer."""
        self._pointer({"type": "pointerMove", "x": round(x), "y": round(y), "duration": 0})

    def button_down(self) -> None:
        """Press the main button."""
        self._pointer({"type": "pointerDown", "button": 0})

    def button_up(self) -> None:
        """Release the main button."""
        self._pointer({"type": "pointerUp", "button": 0})

    def _key(self, kind: str, key: str) -> None:
        action = {"type": kind, "value": KEYS.get(key, key)}
        self.perform({"type": "key", "id": "keys", "actions": [action]})

    def _pointer(self, action: Json) -> None:
        parameters = {"pointerType": "mouse"}
        self.perform({"type": "pointer", "id": "mouse", "parameters": parameters, "actions": [action]})


class FirefoxTab(WebDriverTab, PictureTab):
    """A tab of Firefox, over WebDriver BiDi (W3C)."""

    name = "firefox"

    def __init__(self, connection: ClientConnection) -> None:
        self._commands = Commands(connection)
        self.command("session.new", {"capabilities": {}})
        self._context = self.command("browsingContext.getTree", {})["contexts"][0]["context"]

    def command(self, method: str, parameters: Json) -> Json:
        """Send a command and return its result. Raises BrowserError."""
        return self._commands.send(method, parameters)

    def replace(self) -> None:
        """Open another tab in place of this one: without a window, the first one never has the focus."""
        first = self._context
        self._context = self.command("browsingContext.create", {"type": "tab"})["context"]
        self.command("browsingContext.close", {"context": first})

    def set_viewport(self, width: int, height: int, ratio: float | None = None) -> None:
        """Set the size of the viewport in CSS pixels; `ratio` is that of device pixels, None leaves it."""
        parameters: Json = {"context": self._context, "viewport": {"width": width, "height": height}}
        if ratio is not None:
            parameters["devicePixelRatio"] = ratio
        self.command("browsingContext.setViewport", parameters)

    def before_pages(self, script: str) -> Callable[[], None]:
        """Run a script in each page before its own ones, until the returned function is called."""
        answer = self.command("script.addPreloadScript", {"functionDeclaration": f"() => {{ {script} }}"})

        def remove() -> None:
            self.command("script.removePreloadScript", {"script": answer["script"]})

        return remove

    def picture(self) -> bytes:
        """Return a PNG file of the viewport."""
        answer = self.command("browsingContext.captureScreenshot", {"context": self._context})
        return base64.b64decode(answer["data"])

    def open(self, url: str) -> None:
        """Load a page and wait for its load event."""
        self.command("browsingContext.navigate", {"context": self._context, "url": url, "wait": "complete"})
        self.evaluate(DISMISS)

    def evaluate(self, body: str) -> Any:
        """Run the body of an async function in the page and return its JSON result."""
        expression = f"(async () => {{ {body} }})().then((value) => JSON.stringify(value ?? null))"
        target = {"context": self._context}
        parameters = {"expression": expression, "target": target, "awaitPromise": True}
        answer = self.command("script.evaluate", parameters)
        if answer["type"] == "exception":
            raise BrowserError(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"])

    def perform(self, source: Json) -> None:
        """Perform the actions of one input source."""
        self.command("input.performActions", {"context": self._context, "actions": [source]})


class WebKitTab(WebDriverTab):
    """A tab of WebKitGTK's MiniBrowser, over WebDriver."""

    name = "webkit"

    def __init__(self, driver: str, options: Json) -> None:
        """Start a session. `driver` is the URL of the driver program."""
        self._driver = driver
        capabilities = {"alwaysMatch": {"webkitgtk:browserOptions": options}}
        answer = self.command("POST", "/session", {"capabilities": capabilities})
        self._session = f"/session/{answer['sessionId']}"
        self.command("POST", f"{self._session}/timeouts", {"script": round(1000 * COMMAND_SECONDS)})

    def command(self, method: str, path: str, body: Json | None = None) -> Any:
        """Send a command and return its value. Raises BrowserError."""
        data = None if method == "DELETE" else json.dumps(body or {}).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(self._driver + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=COMMAND_SECONDS) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            with error:
                raise BrowserError(f"{path}: {error.read().decode(errors='replace')}") from error

    def open(self, url: str) -> None:
        """Load a page and wait for its load event."""
        self.command("POST", f"{self._session}/url", {"url": url})
        self.evaluate(DISMISS)

    def evaluate(self, body: str) -> Any:
        """Run the body of an async function in the page and return its JSON result."""
        script = (
            f"const done = arguments[arguments.length - 1]; (async () => {{ {body} }})()"
            ".then((value) => done({ value: value ?? null }), (error) => done({ error: String(error) }));"
        )
        answer = self.command("POST", f"{self._session}/execute/async", {"script": script, "args": []})
        if "error" in answer:
            raise BrowserError(answer["error"])
        return answer["value"]

    def perform(self, source: Json) -> None:
        """Perform the actions of one input source."""
        self.command("POST", f"{self._session}/actions", {"actions": [source]})

    def close(self) -> None:
        """End the session, with the browser."""
        self.command("DELETE", self._session)
