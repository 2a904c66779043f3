"""The page /watch while there is nothing to watch; with a Janus it is in tests/e2e/test_watch.py."""

import re
from typing import Any

from playwright.sync_api import Page, expect

from moof.web import page_root


def test_it_waits_and_tries_again(page: Page, server: Any) -> None:
    asked: list[str] = []

    def refuse(route: Any) -> None:
        asked.append(route.request.url)
        route.fulfill(status=404)

    page.route("**/watch.json", refuse)
    body = re.search(r"<body>(.*)</body>", (page_root() / "watch.html").read_text(), re.DOTALL)
    assert body is not None
    page.goto(f"{server.url}/blank")
    page.evaluate("(html) => { document.body.innerHTML = html; void import('/static/watch.js'); }", body[1])
    expect(page.locator("#watch-state")).to_have_text("Waiting for the Mac…")
    expect(page.locator("#watch-sound")).to_be_hidden()
    expect(page.locator("#watch-fullscreen")).to_be_hidden()
    page.wait_for_function("() => document.querySelector('video').dataset.shows === 'false'")
    with page.expect_request("**/watch.json"):
        pass
    assert asked
