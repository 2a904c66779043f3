"""Macs over the HTTP API: what is requested."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route

Run = Callable[..., Any]

API = """
const { MacsApi } = await load("connection/macs-api.js");
const api = new MacsApi();
"""
MAC = {"name": "a", "emulator": "b", "rom": ["r"], "answers": {"memory": "8"}}


@pytest.mark.parametrize(
    ("call", "request_"),
    [
        ("list()", ("GET", "macs", None)),
        ("checkRom('b', ['r'])", ("POST", "macs/rom", {"emulator": "b", "files": ["r"]})),
        ("add(argument)", ("POST", "macs", MAC)),
        ("choose({})", ("PUT", "macs/current", {})),
        ("choose({ name: 'a' })", ("PUT", "macs/current", {"name": "a"})),
        ("duplicate('a')", ("POST", "macs/duplicate", {"name": "a"})),
        ("restore('a')", ("POST", "macs/restore", {"name": "a"})),
        ("remove('a/b')", ("DELETE", "macs/a%2Fb", None)),
        ("stop()", ("POST", "stop", {})),
        ("start()", ("POST", "start", {})),
    ],
)
def test_requests(run: Run, api_requests: list[Any], call: str, request_: tuple[Any, ...]) -> None:
    answer = run(API + f"return await api.{call};", MAC)
    assert answer == ({"answer": 1} if call.startswith(("list", "check", "add", "choose")) else None)
    assert api_requests == [request_]


def test_a_picture_has_an_address_once_it_was_taken(run: Run) -> None:
    body = "return [0, 7.5].map((pictured) => api.picture({ name: 'a b', pictured }));"
    assert run(API + body) == ["", "api/macs/a%20b/picture?taken=7.5"]


def test_files_are_listed_by_name_and_stored_in_their_folder(run: Run, blank: Page) -> None:
    blank.route("**/api/roms", lambda route: route.fulfill(json=[{"name": "a.rom", "size": 1}]))
    created: list[str] = []

    def refuse(route: Route) -> None:
        created.append(route.request.url.partition("?")[2])
        route.fulfill(status=409, json={"detail": "taken"})

    blank.route("**/api/uploads?**", refuse)
    body = """
    const signal = new AbortController().signal;
    const refused = await api.store("disks", "b.img", new Blob(["1"]), () => {}, signal)
      .catch(({ status }) => status);
    return [await api.files("roms"), refused];
    """
    assert run(API + body) == [["a.rom"], 409]
    assert created == ["folder=disks&replace=false"]
    blank.unroute_all()
