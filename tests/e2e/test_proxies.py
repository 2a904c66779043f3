"""Reverse proxies in front of the server that do not pass on what it needs: the page names the reason.

The page is below a path, as behind a proxy that serves other things, too. Another site shows it in a frame.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from support.broken_proxy import ProxyFault, broken_proxy
from support.mac_page import MacPage, new_mac_page
from support.moof_process import MoofProcess, start_moof, stop_moof

pytestmark = pytest.mark.browser

NO_WEBSOCKETS = "The proxy in front of this server does not pass WebSockets on"
NO_SIGNALING = "The proxy in front of this server does not pass /signaling on"
REFUSED = "The server refuses this page’s WebSocket"


BASE = "/museum/mac"
EMBEDDING_PAGE = """
<!doctype html><title>School</title><iframe width="700" height="560" allow="autoplay"></iframe>
<script>
const frame = document.querySelector("iframe");
const mac = new URLSearchParams(location.search).get("mac");
window.told = [];
addEventListener("message", ({ origin, data }) => {
  told.push(data);
  if (data.moof === "ready") window.send({ moof: "hello" });
});
window.send = (message) => frame.contentWindow.postMessage(message, new URL(mac).origin);
frame.src = mac;
</script>
"""


class School(BaseHTTPRequestHandler):
    """A site of its own: its pages have another origin than the Mac's."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(EMBEDDING_PAGE.encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Log nothing."""


@pytest.fixture(scope="module")
def school() -> Iterator[str]:
    """The address of a site whose pages may show the Mac."""
    with ThreadingHTTPServer(("127.0.0.1", 0), School) as server:
        thread = threading.Thread(target=server.serve_forever, name="school")
        thread.start()
        yield f"http://localhost:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def moof(school: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MoofProcess]:
    options = ("--size", "640x480", "--base-path", BASE, "--embed-origin", school)
    running = start_moof(tmp_path_factory.mktemp("moof"), *options)
    assert running.url.endswith(BASE)
    yield running
    stop_moof(running)


def address(moof: MoofProcess) -> tuple[str, int]:
    parts = urlsplit(moof.url)
    assert parts.hostname is not None
    assert parts.port is not None
    return parts.hostname, parts.port


def test_a_proxy_without_a_fault_is_not_noticed(browser: Browser, moof: MoofProcess) -> None:
    with broken_proxy(address(moof), ProxyFault()) as proxy, new_mac_page(browser) as page:
        page.connect(proxy.url + BASE)
        expect(page.page.locator("#notice")).to_be_hidden()


@pytest.mark.parametrize(
    ("fault", "title", "detail"),
    [
        (ProxyFault(removes_upgrade=True), NO_WEBSOCKETS, "proxy_http_version 1.1"),
        (ProxyFault(upgrade_status=200), NO_WEBSOCKETS, "$http_upgrade"),
        (ProxyFault(upgrade_status=400), NO_WEBSOCKETS, "$http_upgrade"),
        (ProxyFault(upgrade_status=502), NO_WEBSOCKETS, "$http_upgrade"),
        (ProxyFault(closes_upgrade=True), NO_WEBSOCKETS, "$http_upgrade"),
        (ProxyFault(replaces_host=True), REFUSED, "proxy_set_header Host $host:$server_port"),
        (ProxyFault(signaling_status=404), NO_SIGNALING, "HTTP status 404"),
        (ProxyFault(signaling_status=502), "The server does not answer", "HTTP status 502"),
    ],
    ids=["upgrade removed", "200", "400", "502", "closed", "host", "other path", "bad gateway"],
)
def test_the_page_names_the_fault(
    browser: Browser, moof: MoofProcess, fault: ProxyFault, title: str, detail: str
) -> None:
    with broken_proxy(address(moof), fault) as proxy, new_mac_page(browser) as page:
        page.page.goto(proxy.url + BASE)
        expect(page.page.locator("#notice-title")).to_have_text(title)
        expect(page.page.locator("#notice-detail")).to_contain_text(detail)


def test_the_refused_page_is_shown_the_host_that_the_server_received(
    browser: Browser, moof: MoofProcess
) -> None:
    host, port = address(moof)
    with broken_proxy((host, port), ProxyFault(replaces_host=True)) as proxy, new_mac_page(browser) as page:
        page.page.goto(proxy.url + BASE)
        expect(page.page.locator("#notice-detail")).to_contain_text(f"“{host}:{port}”")


def test_the_notice_ends_when_the_server_is_reached(browser: Browser, moof: MoofProcess) -> None:
    with new_mac_page(browser) as page:
        block_websockets(page)
        page.page.goto(moof.url)
        expect(page.page.locator("#notice-title")).to_have_text(NO_WEBSOCKETS)
        page.page.evaluate("() => { window.blocked = false; }")
        page.wait_for_picture()
        expect(page.page.locator("#notice")).to_be_hidden()


def test_a_named_site_shows_the_mac_and_controls_it(browser: Browser, moof: MoofProcess, school: str) -> None:
    page = browser.new_page()
    page.goto(f"{school}/?mac={moof.url}/")
    page.wait_for_function(
        "told.some(({ moof, picture, width }) => moof === 'state' && picture && width === 640)"
    )
    page.evaluate("send({ moof: 'picture', id: 7 })")
    page.wait_for_function(
        "told.some(({ moof, id, picture }) => moof === 'picture' && id === 7 && picture.size > 100)"
    )
    page.close()


def test_no_other_site_shows_the_mac(browser: Browser, moof: MoofProcess, school: str) -> None:
    page = browser.new_page()
    with page.expect_console_message(lambda message: "frame-ancestors" in message.text):
        page.goto(f"{school.replace('localhost', '127.0.0.1')}/?mac={moof.url}/")
    page.close()


def block_websockets(page: MacPage) -> None:
    """Make the page's WebSockets fail while `window.blocked` is set."""
    page.page.add_init_script(
        """
        window.blocked = true;
        const Real = WebSocket;
        window.WebSocket = class extends Real {
          constructor(url) { super(window.blocked ? new URL("/nothing", url) : url); }
        };
        """
    )
