"""Drives a browser of several: Chromium (playwright), Firefox (WebDriver BiDi), WebKitGTK (WebDriver).

Each starts as `BrowserTab`: one tab with empty storage. Playwright cannot drive the Firefox and WebKit of a
Linux distribution, only its own builds, so these two are driven by the W3C's protocols: Firefox has BiDi
built in, WebKitGTK has a driver program (Debian: webkit2gtk-driver), whose browser needs a display: an Xvfb.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import socket
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, Protocol

from playwright.sync_api import Page
from websockets.sync.client import ClientConnection, connect

from support.chromium import chromium_path, headless_chromium
from support.processes import OutputProcess, started
from support.waiting import wait_until

COMMAND_SECONDS: Final = 60.0
KEYS: Final = {"Enter": "\ue007", "Escape": "\ue00c", "Shift": "\ue008", "Alt": "\ue00a", "Control": "\ue009"}
"""Named keys as WebDriver has them (W3C WebDriver, section 17.4.2)."""
MINI_BROWSER: Final = "/usr/lib/*/webkit2gtk-4.1/MiniBrowser"

FIREFOX_SETTINGS: Final[Mapping[str, object]] = {
    "media.autoplay.default": 0,  # sound without a click
    "media.peerconnection.ice.loopback": True,  # candidates of 127.0.0.1, where the tests' servers are
    "media.gmp-manager.updateEnabled": False,  # downloads nothing
    "app.normandy.enabled": False,
    "browser.safebrowsing.update.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "http://127.0.0.1:9/",
    "remote.active-protocols": 1,  # WebDriver BiDi
}
"""Preferences for tests: nothing from the network, sound and loopback media without questions."""

Json = dict[str, Any]


class BrowserError(Exception):
    """A browser is not installed, or it refused a command."""


class BrowserTab(Protocol):
    """One tab. Keys are characters or the names in `KEYS`; positions are CSS pixels of the viewport."""

    name: str

    def open(self, url: str) -> None:
        """Load a page and wait for its load event."""

    def evaluate(self, body: str) -> Any:
        """Run the body of an async function in the page and return its JSON result."""

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


class ChromiumTab(BrowserTab):
    """A tab of the system's Chromium."""

    name = "chromium"

    def __init__(self, page: Page) -> None:
        self._page = page

    def open(self, url: str) -> None:
        """Load a page and wait for its load event."""
        self._page.goto(url)

    def evaluate(self, body: str) -> Any:
        """Run the body of an async function in the page and return its JSON result."""
        return self._page.evaluate(f"async () => {{ {body} }}")

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


class FirefoxTab(WebDriverTab):
    """A tab of Firefox, over WebDriver BiDi (W3C)."""

    name = "firefox"

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._number = 0
        self.command("session.new", {"capabilities": {}})
        self._context = self.command("browsingContext.getTree", {})["contexts"][0]["context"]
        viewport = {"width": 1400, "height": 1000}
        self.command("browsingContext.setViewport", {"context": self._context, "viewport": viewport})

    def command(self, method: str, parameters: Json) -> Json:
        """Send a command and return its result. Raises BrowserError."""
        self._number += 1
        self._connection.send(json.dumps({"id": self._number, "method": method, "params": parameters}))
        while True:
            answer: Json = json.loads(self._connection.recv(COMMAND_SECONDS))
            if answer.get("id") == self._number:  # others are events
                break
        if answer["type"] == "error":
            raise BrowserError(f"{method}: {answer['error']}: {answer['message']}")
        result: Json = answer["result"]
        return result

    def open(self, url: str) -> None:
        """Load a page and wait for its load event."""
        self.command("browsingContext.navigate", {"context": self._context, "url": url, "wait": "complete"})

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


def find_program(name: str, package: str) -> str:
    """Return a program's path. Raises BrowserError if it is not installed."""
    found = shutil.which(name)
    if found is None:
        raise BrowserError(f"{name} is not installed: `apt install {package}`.")
    return found


@contextlib.contextmanager
def chromium_tab() -> Iterator[BrowserTab]:
    """Start a headless Chromium with one tab."""
    with headless_chromium(chromium_path()) as browser:
        yield ChromiumTab(browser.new_page(viewport={"width": 1400, "height": 1000}))


@contextlib.contextmanager
def firefox_tab(settings: Mapping[str, object] | None = None) -> Iterator[BrowserTab]:
    """Start a headless Firefox with one tab; `settings` are preferences beside `FIREFOX_SETTINGS`."""
    program = find_program("firefox-esr", "firefox-esr")
    with tempfile.TemporaryDirectory(prefix="moof-firefox-", ignore_cleanup_errors=True) as profile:
        lines = [
            f"user_pref({json.dumps(name)}, {json.dumps(value)});\n"
            for name, value in {**FIREFOX_SETTINGS, **(settings or {})}.items()
        ]
        (Path(profile) / "user.js").write_text("".join(lines))
        command = [program, "--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0"]
        # It writes the address to standard error.
        shell = ["sh", "-c", 'exec "$@" 2>&1', "firefox", *command]
        with (
            _sound_card(profile) as environment,
            started(shell, "WebDriver BiDi listening on", environment) as (_, line),
            connect(f"{line.split()[-1]}/session", max_size=None) as connection,
        ):
            yield FirefoxTab(connection)


@contextlib.contextmanager
def _sound_card(home: str) -> Iterator[dict[str, str]]:
    """Start a PulseAudio with a null sink, and return the variables of programs that play on it.

    Firefox's AudioContext does not run without a sound card.
    """
    socket_file = Path(home) / "sound"
    command = [
        find_program("pulseaudio", "pulseaudio"),
        "-n",
        "--exit-idle-time=-1",
        "--use-pid-file=no",
        "--log-level=error",
    ]
    modules = ["module-null-sink", f"module-native-protocol-unix auth-anonymous=1 socket={socket_file}"]
    daemon = OutputProcess(
        [*command, *(f"--load={module}" for module in modules)], {"HOME": home, "XDG_RUNTIME_DIR": home}
    )
    try:
        wait_until(socket_file.exists, "PulseAudio to listen")
        yield {"HOME": home, "PULSE_SERVER": f"unix:{socket_file}"}
    finally:
        daemon.stop()


@contextlib.contextmanager
def webkit_tab() -> Iterator[BrowserTab]:
    """Start WebKitGTK's MiniBrowser with one tab, on a display of its own."""
    program = find_program("WebKitWebDriver", "webkit2gtk-driver")
    found = [str(path) for path in Path("/").glob(MINI_BROWSER.lstrip("/"))]
    if not found:
        raise BrowserError("WebKitGTK's MiniBrowser is not installed: `apt install webkit2gtk-driver`.")
    options = {"binary": found[0], "args": ["--automation", "--geometry=1400x1000"]}
    with tempfile.TemporaryDirectory(prefix="moof-webkit-", ignore_cleanup_errors=True) as home:
        display = [find_program("Xvfb", "xvfb"), "-displayfd", "1", "-screen", "0", "1400x1000x24"]
        with started([*display, "-nolisten", "tcp"], "") as (_, number):
            environment = {
                "DISPLAY": f":{number}",
                "HOME": home,
                "GDK_BACKEND": "x11",
                "LIBGL_ALWAYS_SOFTWARE": "1",
                "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1",  # containers have no user namespaces
            }
            with _webkit_driver(program, environment) as driver:
                tab = WebKitTab(driver, options)
                try:
                    yield tab
                finally:
                    tab.close()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _accepts(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 5):
        return True
    return False


@contextlib.contextmanager
def _webkit_driver(program: str, environment: Mapping[str, str]) -> Iterator[str]:
    """Start the driver on a free port and return its URL."""
    port = _free_port()
    driver = OutputProcess([program, f"--port={port}", "--host=127.0.0.1"], environment)
    try:
        wait_until(lambda: _accepts(port), "WebKitWebDriver to listen")
        yield f"http://127.0.0.1:{port}"
    finally:
        driver.stop()


BROWSERS: Final[Mapping[str, Callable[[], contextlib.AbstractContextManager[BrowserTab]]]] = {
    "chromium": chromium_tab,
    "firefox": firefox_tab,
    "webkit": webkit_tab,
}
"""How to start each browser, by its name."""
