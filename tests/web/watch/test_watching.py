"""A subscription that does not come about; one that does is in tests/e2e/test_watch.py."""

from typing import Any

from playwright.sync_api import Page

OPEN = """async () => {
    const { Watching } = await import("/static/watch/watching.js");
    let ends = 0;
    const watching = new Watching(() => { ends += 1; }, () => {});
    const place = { url: "ws://127.0.0.1:9/", room: 7, pin: "a pin", feed: 1 };
    const failed = await watching.open(place).then(() => "", (error) => error.message);
    watching.close();
    watching.onEnd();
    return [failed, ends, watching.stream.getTracks().length];
}"""


def test_without_a_janus_it_does_not_open(page: Page, server: Any) -> None:
    page.goto(f"{server.url}/blank")
    assert page.evaluate(OPEN) == ["Janus does not answer.", 0, 0]


SEPARATE = r"""async () => {
    const { withSeparateStreams } = await import("/static/watch/watching.js");
    const media = (track) => `m=x\r\na=msid:janus janus${track}\r\na=rtcp-mux\r\n`;
    return withSeparateStreams(media(0) + media(1));
}"""


def test_picture_and_sound_are_streams_of_their_own(page: Page, server: Any) -> None:
    page.goto(f"{server.url}/blank")
    separate = [f"m=x\r\na=msid:stream{n} janus{n}\r\na=rtcp-mux\r\n" for n in (0, 1)]
    assert page.evaluate(SEPARATE) == "".join(separate)
