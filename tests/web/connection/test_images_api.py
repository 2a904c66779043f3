"""Disk images over the HTTP API: what is requested."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route

Run = Callable[..., Any]

API = """
const { ImagesApi } = await load("connection/images-api.js");
const api = new ImagesApi();
"""
NEW = {"name": "a.img", "size_mb": 20, "volume": "A"}


@pytest.mark.parametrize(
    ("call", "request_"),
    [
        ("list()", ("GET", "images", None)),
        (
            "attach('a/b', 'disk', true)",
            ("PUT", "images/a%2Fb", {"attached": "disk", "read_only": True}),
        ),
        ("attach('a', null, false)", ("PUT", "images/a", {"attached": None, "read_only": False})),
        ("create('a.img', 20, 'A')", ("POST", "disks", NEW)),
        ("delete('a b')", ("DELETE", "disks/a%20b", None)),
    ],
)
def test_requests(run: Run, api_requests: list[Any], call: str, request_: tuple[Any, ...]) -> None:
    answer = run(API + f"return await api.{call};")
    assert answer == ({"answer": 1} if call.startswith(("list", "attach")) else None)
    assert api_requests == [request_]


def test_a_stored_image_goes_to_the_folder_of_disks(run: Run, blank: Page) -> None:
    created: list[str] = []

    def refuse(route: Route) -> None:
        created.append(route.request.url.partition("?")[2])
        route.fulfill(status=409, json={"detail": "taken"})

    blank.route("**/api/uploads*", refuse)
    body = """
    const signal = new AbortController().signal;
    return await api.store("a.img", new Blob(["x"]), () => {}, signal).catch(({ status }) => status);
    """
    assert run(API + body) == 409
    assert [each.partition("&")[0] for each in created] == ["folder=disks"]
    blank.unroute_all()
