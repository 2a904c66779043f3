from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

Run = Callable[..., Any]

START = """
async (url) => {
    const { Signalling } = await import("/static/connection/signaling.js");
    window.states = [];
    window.messages = [];
    window.link = new Signalling(url, (message) => messages.push(message), (state) => states.push(state));
    link.start();
}
"""


@pytest.fixture
def link(page: Page, server: Any) -> Page:
    page.goto(f"{server.url}/blank")
    page.evaluate(START, f"ws://127.0.0.1:{server.port}/signaling")
    server.next_viewer()
    return page


def wait_for(page: Page, state: str) -> None:
    page.wait_for_function("(state) => states.at(-1) === state", arg=state)


def test_it_is_open_once_the_server_has_said_hello(link: Page, server: Any) -> None:
    assert link.evaluate("states") == ["connecting"]
    server.send(type="hello")
    wait_for(link, "open")
    link.evaluate("link.send({ type: 'join', codec: null })")
    assert server.expect("join") == {"type": "join", "codec": None}


def test_a_server_that_comes_back_is_found(link: Page, server: Any) -> None:
    server.send(type="hello")
    wait_for(link, "open")
    server.stop()
    link.wait_for_function("() => states.filter((state) => state === 'waiting').length >= 2")
    server.start()
    server.next_viewer()
    server.send(type="hello")
    wait_for(link, "open")
    states = link.evaluate("states")
    assert states[:3] == ["connecting", "open", "waiting"]
    assert states[-2:] == ["connecting", "open"]


def test_a_last_farewell_is_the_end(link: Page, server: Any) -> None:
    server.send(type="hello")
    server.send(type="bye", message="Moof has ended.", final=True)
    wait_for(link, "idle")
    assert link.evaluate("messages.at(-1).message") == "Moof has ended."
    link.evaluate("link.hurry()")
    assert link.evaluate("link.state") == "idle"
    link.evaluate("link.start()")
    server.next_viewer()


def test_somebody_in_a_hurry_need_not_wait(link: Page, server: Any) -> None:
    link.evaluate("() => { link.restart(); link.hurry(); }")
    assert link.evaluate("states") == ["connecting", "waiting", "connecting"]
    server.next_viewer()


def test_nonsense_is_not_passed_on(link: Page, server: Any) -> None:
    for text in ("{", "[1, 2]", "null", '{"no": "type"}', '{"type": 7}'):
        server.send_text(text)
    server.send(type="hello")
    wait_for(link, "open")
    assert link.evaluate("messages") == [{"type": "hello"}]


def test_pauses_grow_and_end_at_five_seconds(run: Run) -> None:
    pauses = run("""
        const { pause } = await load("connection/signaling.js");
        return Array.from({ length: 12 }, (_, attempt) => pause(attempt, 0.5));
    """)
    assert pauses[0] == 250
    assert pauses == sorted(pauses)
    assert pauses[-1] == 5000


def test_pauses_of_many_pages_spread(run: Run) -> None:
    low, high = run(
        'const { pause } = await load("connection/signaling.js"); return [pause(0, 0), pause(0, 1)];'
    )
    assert (low, high) == (pytest.approx(200), pytest.approx(300))


def test_it_comes_back_to_its_session(link: Page, server: Any) -> None:
    server.send(type="hello", session="a key")
    wait_for(link, "open")
    link.evaluate("() => { link.restart(); link.hurry(); }")
    assert server.next_viewer().request.path == "/signaling?session=a+key"
    link.evaluate("link.end()")
    link.evaluate("link.start()")
    assert server.next_viewer().request.path == "/signaling"
