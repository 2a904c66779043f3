from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

Run = Callable[..., Any]

START = """
async (url) => {
    const { SignalingClient } = await import("/static/connection/signaling.js");
    window.states = [];
    window.messages = [];
    window.client = new SignalingClient(url, {
        message: (message) => messages.push(message), state: (state) => states.push(state), binary() {},
    });
    client.start();
}
"""


@pytest.fixture
def tab(page: Page, server: Any) -> Page:
    page.goto(f"{server.url}/blank")
    page.evaluate(START, f"ws://127.0.0.1:{server.port}/signaling")
    server.next_viewer()
    return page


def wait_for(page: Page, state: str) -> None:
    page.wait_for_function("(state) => states.at(-1) === state", arg=state)


def test_open_after_hello(tab: Page, server: Any) -> None:
    assert tab.evaluate("states") == ["connecting"]
    server.send(type="hello")
    wait_for(tab, "open")
    tab.evaluate("client.send({ type: 'join', codec: null })")
    assert server.expect("join") == {"type": "join", "codec": None}


def test_reconnects_to_a_restarted_server(tab: Page, server: Any) -> None:
    server.send(type="hello")
    wait_for(tab, "open")
    server.stop()
    tab.wait_for_function("() => states.filter((state) => state === 'waiting').length >= 2")
    server.start()
    server.next_viewer()
    server.send(type="hello")
    wait_for(tab, "open")
    states = tab.evaluate("states")
    assert states[:3] == ["connecting", "open", "waiting"]
    assert states[-2:] == ["connecting", "open"]


def test_final_bye_stops_reconnecting(tab: Page, server: Any) -> None:
    server.send(type="hello")
    server.send(type="bye", message="Moof has ended.", final=True)
    wait_for(tab, "idle")
    assert tab.evaluate("messages.at(-1).message") == "Moof has ended."
    tab.evaluate("client.retryNow()")
    assert tab.evaluate("client.state") == "idle"
    tab.evaluate("client.start()")
    server.next_viewer()


def test_retry_now_skips_the_delay(tab: Page, server: Any) -> None:
    tab.evaluate("() => { client.reconnect(); client.retryNow(); }")
    assert tab.evaluate("states") == ["connecting", "waiting", "connecting"]
    server.next_viewer()


def test_invalid_messages_are_dropped(tab: Page, server: Any) -> None:
    for text in ("{", "[1, 2]", "null", '{"no": "type"}', '{"type": 7}'):
        server.send_text(text)
    server.send(type="hello")
    wait_for(tab, "open")
    assert tab.evaluate("messages") == [{"type": "hello"}]


def test_delays_grow_up_to_five_seconds(run: Run) -> None:
    delays = run("""
        const { retryDelay } = await load("connection/signaling.js");
        return Array.from({ length: 12 }, (_, attempt) => retryDelay(attempt, 0.5));
    """)
    assert delays[0] == 250
    assert delays == sorted(delays)
    assert delays[-1] == 5000


def test_delays_are_spread_at_random(run: Run) -> None:
    low, high = run("""
        const { retryDelay } = await load("connection/signaling.js");
        return [retryDelay(0, 0), retryDelay(0, 1)];
    """)
    assert (low, high) == (pytest.approx(200), pytest.approx(300))


def test_reconnecting_names_the_session(tab: Page, server: Any) -> None:
    server.send(type="hello", session="a key")
    wait_for(tab, "open")
    tab.evaluate("() => { client.reconnect(); client.retryNow(); }")
    assert server.next_viewer().request.path == "/signaling?session=a+key"
    tab.evaluate("client.stop()")
    tab.evaluate("client.start()")
    assert server.next_viewer().request.path == "/signaling"
