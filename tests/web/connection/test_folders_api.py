"""Which folders there are, over the HTTP API."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

Run = Callable[..., Any]


def test_folders_are_requested(run: Run, blank: Page) -> None:
    blank.route("**/api/folders", lambda route: route.fulfill(json=["disks", "states"]))
    body = 'const { FoldersApi } = await load("connection/folders-api.js"); return new FoldersApi().list();'
    assert run(body) == ["disks", "states"]
    blank.unroute_all()
