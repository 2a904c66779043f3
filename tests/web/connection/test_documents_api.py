"""The documents over the HTTP API: the list, addresses, and what is sent with progress."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

Run = Callable[..., Any]

STORE = """
const { DocumentsApi } = await load("connection/documents-api.js");
const parts = [];
const api = new DocumentsApi();
try {
  await api.store("a/b ?.txt", new Blob(["text"]), (part) => parts.push(part));
  return ["stored", parts.at(-1)];
} catch (error) {
  return [error.message, error.status ?? null];
}
"""


def test_a_document_is_sent_to_its_own_address(run: Run, blank: Page) -> None:
    sent: list[tuple[str, str, str | None]] = []

    def take(route: Any) -> None:
        sent.append((route.request.method, route.request.url.partition("/api/")[2], route.request.post_data))
        route.fulfill(json={})

    blank.route("**/api/documents/*", take)
    assert run(STORE)[0] == "stored"
    assert [each[:2] for each in sent] == [("PUT", "documents/a%2Fb%20%3F.txt")]
    blank.unroute_all()


@pytest.mark.parametrize(
    ("body", "message"), [('{"detail": "No room."}', "No room."), ("<h1>Proxy</h1>", "HTTP status 507")]
)
def test_a_refusal_is_the_servers_sentence(run: Run, blank: Page, body: str, message: str) -> None:
    blank.route("**/api/documents/*", lambda route: route.fulfill(status=507, body=body))
    assert run(STORE) == [message, 507]
    blank.unroute_all()


def test_a_lost_connection_is_an_error(run: Run, blank: Page) -> None:
    blank.route("**/api/documents/*", lambda route: route.abort())
    assert run(STORE) == ["the connection is lost", None]
    blank.unroute_all()


def test_documents_are_listed(run: Run, blank: Page) -> None:
    entries = [{"name": "a", "size": 1, "modified": 2}]
    blank.route("**/api/documents", lambda route: route.fulfill(json=entries))
    body = """
    const { DocumentsApi } = await load("connection/documents-api.js");
    return await new DocumentsApi().list();
    """
    assert run(body) == entries
    blank.unroute_all()
