"""The states over the HTTP API: what is requested, and the addresses of pictures."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route

Run = Callable[..., Any]

API = """
const { StatesApi } = await load("connection/states-api.js");
const api = new StatesApi();
"""


def test_functions_are_requested(run: Run, blank: Page) -> None:
    told = {"save": True, "back": False, "files": False}
    blank.route("**/api/state-functions", lambda route: route.fulfill(json=told))
    assert run(API + "return await api.functions();") == told
    blank.unroute_all()


@pytest.mark.parametrize(
    ("call", "request_"),
    [
        ("save('a b')", ("POST", "states", {"action": "save", "name": "a b"})),
        ("load('a/b')", ("POST", "states", {"action": "load", "name": "a/b"})),
        ("back()", ("POST", "states", {"action": "back"})),
        ("rename('a', 'b')", ("POST", "states", {"action": "rename", "name": "a", "new_name": "b"})),
        ("delete('a/b ?')", ("DELETE", "states/a%2Fb%20%3F", None)),
    ],
)
def test_changes_are_requests(run: Run, blank: Page, call: str, request_: tuple[Any, ...]) -> None:
    sent: list[tuple[Any, ...]] = []

    def take(route: Route) -> None:
        request = route.request
        body = request.post_data_json if request.method == "POST" else None
        sent.append((request.method, request.url.partition("/api/")[2], body))
        route.fulfill(status=204)

    blank.route("**/api/states**", take)
    blank.route("**/api/states/*", take)
    run(API + f"await api.{call};")
    assert sent == [request_]
    blank.unroute_all()


def test_a_refusal_is_the_servers_sentence(run: Run, blank: Page) -> None:
    blank.route("**/api/states", lambda route: route.fulfill(status=409, json={"detail": "No room."}))
    body = "try { await api.save('a'); } catch (error) { return [error.message, error.status]; }"
    assert run(API + body) == ["No room.", 409]
    blank.unroute_all()


def test_states_are_listed_and_have_pictures(run: Run, blank: Page) -> None:
    entries = [{"name": "a/b", "size": 1, "saved": 2}]
    blank.route("**/api/states", lambda route: route.fulfill(json=entries))
    body = "const there = await api.list(); return [there, api.picture(there[0])];"
    assert run(API + body) == [entries, "api/states/a%2Fb/picture?saved=2"]
    blank.unroute_all()
