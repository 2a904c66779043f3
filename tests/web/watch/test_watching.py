"""A subscription that does not come about; one that does is in tests/e2e/test_watch.py."""

from typing import Any

from playwright.sync_api import Page

OPEN = """async () => {
    const { Watching } = await import("/static/watch/watching.js");
    let ends = 0;
    const watching = new Watching(() => { ends += 1; });
    const place = { url: "ws://127.0.0.1:9/", room: 7, pin: "a pin", feed: 1 };
    const failed = await watching.open(place).then(() => "", (error) => error.message);
    watching.close();
    watching.onEnd();
    return [failed, ends, watching.stream.getTracks().length];
}"""


def test_without_a_janus_it_does_not_open(page: Page, server: Any) -> None:
    page.goto(f"{server.url}/blank")
    assert page.evaluate(OPEN) == ["Janus does not answer.", 0, 0]
