"""Links over the HTTP API: what is requested."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route

Run = Callable[..., Any]


@pytest.mark.parametrize(
    ("call", "request_"),
    [
        ("list()", ("GET", "forks", None)),
        ("add('a b')", ("POST", "forks", {"state": "a b"})),
        ("remove('a/b')", ("DELETE", "forks/a%2Fb", None)),
    ],
)
def test_methods_are_requests(run: Run, blank: Page, call: str, request_: tuple[Any, ...]) -> None:
    sent: list[tuple[Any, ...]] = []

    def take(route: Route) -> None:
        request = route.request
        body = request.post_data_json if request.method == "POST" else None
        sent.append((request.method, request.url.partition("/api/")[2], body))
        route.fulfill(json={"most": 0, "links": []})

    blank.route("**/api/forks", take)
    blank.route("**/api/forks/*", take)
    run(f"const {{ ForksApi }} = await load('connection/forks-api.js'); await new ForksApi().{call};")
    assert sent == [request_]
    blank.unroute_all()
