"""The documents over the HTTP API: the list, addresses, and what is sent with progress."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

Run = Callable[..., Any]


def test_a_document_is_sent_as_an_upload(run: Run, blank: Page) -> None:
    sent: list[tuple[str, str, str | None]] = []

    def take(route: Any) -> None:
        request = route.request
        sent.append((request.method, request.url.partition("/api/")[2], request.post_data))
        headers = {"upload-offset": "4", "location": "uploads/id"}
        route.fulfill(status=201 if request.method == "POST" else 204, headers=headers)

    blank.route("**/api/uploads*/**", take)
    blank.route("**/api/uploads?*", take)
    body = """
    const { DocumentsApi } = await load("connection/documents-api.js");
    await new DocumentsApi().store("a", new Blob(["text"]), { progress: () => {} });
    """
    run(body)
    assert [each[:2] for each in sent] == [
        ("POST", "uploads?folder=documents&replace=false"),
        ("PATCH", "uploads/id"),
    ]
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


def test_addresses_have_any_name(run: Run) -> None:
    body = """
    const { DocumentsApi } = await load("connection/documents-api.js");
    const api = new DocumentsApi();
    return [api.address("a/b?"), api.macBinaryAddress("a/b?")];
    """
    assert run(body) == ["api/documents/a%2Fb%3F", "api/documents/a%2Fb%3F/macbinary"]
