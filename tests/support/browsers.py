"""Starts a browser of several: Chromium, Firefox, WebKitGTK, without a window or with one on an X display.

Each has one tab (support.browser_tabs) and empty storage. Playwright cannot drive the Firefox and WebKit of a
Linux distribution, only its own builds, so these two are driven by the W3C's protocols: Firefox has BiDi
built in, WebKitGTK has a driver program (Debian: webkit2gtk-driver), whose browser needs a display: an Xvfb.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import socket
import tempfile
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from websockets.sync.client import connect

from support.browser_tabs import (
    BrowserError,
    BrowserTab,
    ChromiumTab,
    DevToolsTab,
    FirefoxTab,
    Json,
    Tab,
    WebKitTab,
)
from support.chromium import CHROMIUM_FLAGS, chromium_path, headless_chromium
from support.mac_page import VIEWPORT
from support.processes import OutputProcess, started
from support.waiting import wait_until
from support.x_desktop import x_display

SIZE: Final = (VIEWPORT["width"], VIEWPORT["height"])
"""Width and height of a viewport or a window."""
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
    # It starts with an empty page, and no processes for pages to come: a seventh of the time of a start.
    "browser.startup.page": 0,
    "browser.startup.homepage_override.mstone": "ignore",
    "browser.aboutwelcome.enabled": False,
    "browser.newtabpage.enabled": False,
    "browser.newtab.preload": False,
    "dom.ipc.processPrelaunch.enabled": False,
}
"""Preferences for tests: nothing from the network, sound and loopback media without questions."""


@dataclass
class BrowserWindow:
    """A browser in a window on an X display, where it takes the display's mouse and keyboard."""

    tab: Tab
    pid: int
    """Its process; those of its pages are children of that."""


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
        yield ChromiumTab(browser.new_page(viewport={"width": SIZE[0], "height": SIZE[1]}))


@contextlib.contextmanager
def firefox_tab(
    settings: Mapping[str, object] | None = None, size: tuple[int, int] = SIZE
) -> Iterator[BrowserTab]:
    """Start a headless Firefox with one tab of this size, CSS pixels, which has the focus.

    `settings` are preferences beside `FIREFOX_SETTINGS`.
    """
    with _firefox(settings or {}, ["--headless"], {}) as (tab, _):
        tab.replace()
        tab.set_viewport(*size)
        yield tab


@contextlib.contextmanager
def _firefox(
    settings: Mapping[str, object], options: list[str], variables: Mapping[str, str]
) -> Iterator[tuple[FirefoxTab, int]]:
    """Start a Firefox and return its tab and its pid."""
    program = find_program("firefox-esr", "firefox-esr")
    with tempfile.TemporaryDirectory(prefix="moof-firefox-", ignore_cleanup_errors=True) as profile:
        lines = [
            f"user_pref({json.dumps(name)}, {json.dumps(value)});\n"
            for name, value in {**FIREFOX_SETTINGS, **settings}.items()
        ]
        (Path(profile) / "user.js").write_text("".join(lines))
        command = [program, *options, "--no-remote", "--profile", profile, "--remote-debugging-port", "0"]
        with (
            _sound_card(profile) as environment,
            _started(command, "WebDriver BiDi listening on", {**environment, **variables}) as (process, line),
            connect(f"{line.split()[-1]}/session", max_size=None) as connection,
        ):
            yield FirefoxTab(connection), process.pid


def _started(
    command: list[str], prefix: str, environment: Mapping[str, str]
) -> contextlib.AbstractContextManager[tuple[OutputProcess, str]]:
    """Start a program that writes the awaited line to standard error."""
    return started(["sh", "-c", 'exec "$@" 2>&1', "sh", *command], prefix, environment)


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
    with x_display(*SIZE) as display, _webkit(display) as (tab, _):
        yield tab


@contextlib.contextmanager
def _webkit(display: str) -> Iterator[tuple[WebKitTab, int]]:
    """Start a MiniBrowser and return its tab and the pid of its driver."""
    program = find_program("WebKitWebDriver", "webkit2gtk-driver")
    found = [str(path) for path in Path("/").glob(MINI_BROWSER.lstrip("/"))]
    if not found:
        raise BrowserError("WebKitGTK's MiniBrowser is not installed: `apt install webkit2gtk-driver`.")
    options: Json = {"binary": found[0], "args": ["--automation", f"--geometry={SIZE[0]}x{SIZE[1]}"]}
    with tempfile.TemporaryDirectory(prefix="moof-webkit-", ignore_cleanup_errors=True) as home:
        environment = {
            "DISPLAY": display,
            "HOME": home,
            "GDK_BACKEND": "x11",
            "WEBKIT_DISABLE_COMPOSITING_MODE": "1",  # without a GPU, compositing takes four times as long
            "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1",  # containers have no user namespaces
        }
        with _webkit_driver(program, environment) as (driver, pid):
            tab = WebKitTab(driver, options)
            try:
                yield tab, pid
            finally:
                tab.close()


@contextlib.contextmanager
def firefox_and_webkit() -> Iterator[Callable[[], tuple[BrowserTab, BrowserTab]]]:
    """Start both at the same time, in the background.

    Yields a function that waits for them and returns their tabs, or raises BrowserError.
    """
    with contextlib.ExitStack() as stack, ThreadPoolExecutor(2) as pool:
        starting = [pool.submit(stack.enter_context, start()) for start in (firefox_tab, webkit_tab)]

        def tabs() -> tuple[BrowserTab, BrowserTab]:
            firefox, webkit = starting
            return firefox.result(), webkit.result()

        yield tabs


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _accepts(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 5):
        return True
    return False


@contextlib.contextmanager
def _webkit_driver(program: str, environment: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """Start the driver on a free port and return its URL and its pid."""
    port = _free_port()
    driver = OutputProcess([program, f"--port={port}", "--host=127.0.0.1"], environment)
    try:
        wait_until(lambda: _accepts(port), "WebKitWebDriver to listen")
        yield f"http://127.0.0.1:{port}", driver.pid
    finally:
        driver.stop()


BROWSERS: Final[Mapping[str, Callable[[], contextlib.AbstractContextManager[BrowserTab]]]] = {
    "chromium": chromium_tab,
    "firefox": firefox_tab,
    "webkit": webkit_tab,
}
"""How to start each browser, by its name."""


@contextlib.contextmanager
def chromium_window(display: str) -> Iterator[BrowserWindow]:
    """Start a Chromium in a window."""
    size = f"--window-size={SIZE[0]},{SIZE[1]}"
    with tempfile.TemporaryDirectory(prefix="moof-chromium-", ignore_cleanup_errors=True) as profile:
        places = [size, "--window-position=0,0", f"--user-data-dir={profile}", "--remote-debugging-port=0"]
        command = [chromium_path(), *CHROMIUM_FLAGS, *places, "about:blank"]
        environment = {"DISPLAY": display, "HOME": profile}
        with (
            _started(command, "DevTools listening on", environment) as (process, line),
            connect(_first_page(line.split()[-1]), max_size=None) as connection,
        ):
            yield BrowserWindow(DevToolsTab(connection), process.pid)


def _first_page(browser: str) -> str:
    """Return the DevTools address of a Chromium's only page."""
    host = browser.split("/")[2]
    found: list[Json] = []

    def has_page() -> bool:
        with urllib.request.urlopen(f"http://{host}/json/list") as answer:
            found[:] = [target for target in json.load(answer) if target["type"] == "page"]
        return bool(found)

    wait_until(has_page, "a page in Chromium")
    return str(found[0]["webSocketDebuggerUrl"])


@contextlib.contextmanager
def firefox_window(display: str) -> Iterator[BrowserWindow]:
    """Start a Firefox in a window."""
    options = ["--width", str(SIZE[0]), "--height", str(SIZE[1])]
    # BiDi's own settings make pages believe that they always have the focus.
    settings = {"remote.prefs.recommended": False, "browser.shell.checkDefaultBrowser": False}
    with _firefox(settings, options, {"DISPLAY": display, "GDK_BACKEND": "x11"}) as (tab, pid):
        yield BrowserWindow(tab, pid)


@contextlib.contextmanager
def webkit_window(display: str) -> Iterator[BrowserWindow]:
    """Start a MiniBrowser in a window."""
    with _webkit(display) as (tab, pid):
        yield BrowserWindow(tab, pid)


WINDOWS: Final[Mapping[str, Callable[[str], contextlib.AbstractContextManager[BrowserWindow]]]] = {
    "chromium": chromium_window,
    "firefox": firefox_window,
    "webkit": webkit_window,
}
"""How to start each browser in a window on an X display, by its name."""
