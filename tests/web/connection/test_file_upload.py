"""A file is sent with progress, and a refusal is the server's sentence."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route

Run = Callable[..., Any]

SEND = """
const { uploadFile } = await load("connection/file-upload.js");
const parts = [];
try {
  await uploadFile("api/files/a", new Blob(["text"]), (part) => parts.push(part));
  return ["stored", parts.at(-1)];
} catch (error) {
  return [error.message, error.status ?? null];
}
"""


def test_file_is_the_body_of_a_put(run: Run, blank: Page) -> None:
    sent: list[str] = []

    def take(route: Route) -> None:
        sent.append(route.request.method)
        route.fulfill(status=204)

    blank.route("**/api/files/*", take)
    assert run(SEND)[0] == "stored"
    assert sent == ["PUT"]
    blank.unroute_all()


@pytest.mark.parametrize(
    ("body", "message"), [('{"detail": "No room."}', "No room."), ("<h1>Proxy</h1>", "HTTP status 507")]
)
def test_refusal_is_the_servers_sentence(run: Run, blank: Page, body: str, message: str) -> None:
    blank.route("**/api/files/*", lambda route: route.fulfill(status=507, body=body))
    assert run(SEND) == [message, 507]
    blank.unroute_all()


def test_lost_connection_is_an_error(run: Run, blank: Page) -> None:
    blank.route("**/api/files/*", lambda route: route.abort())
    assert run(SEND) == ["the connection is lost", None]
    blank.unroute_all()
