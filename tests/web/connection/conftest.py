"""What a module asks of the HTTP API, without a server."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, Route

ANSWER = {"answer": 1}
"""The answer to each request of `api_requests`."""

Requests = list[tuple[str, str, Any]]


@pytest.fixture
def api_requests(blank: Page) -> Iterator[Requests]:
    """Record requests: method, path below /api/, JSON of a POST or PUT. Each is answered with `ANSWER`."""
    sent: Requests = []

    def take(route: Route) -> None:
        request = route.request
        body = request.post_data_json if request.method in ("POST", "PUT") else None
        sent.append((request.method, request.url.partition("/api/")[2], body))
        route.fulfill(json=ANSWER)

    blank.route("**/api/**", take)
    yield sent
    blank.unroute_all()
