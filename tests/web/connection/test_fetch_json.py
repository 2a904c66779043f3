from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Error

Run = Callable[..., Any]

FETCH = 'return (await load("connection/fetch-json.js")).fetchJson(argument)'


def test_body_of_the_response(run: Run) -> None:
    assert run(FETCH, "/keymap.json")["codes"]["KeyA"] == 0


def test_error_status_throws(run: Run) -> None:
    with pytest.raises(Error, match="/nothing: HTTP status 404"):
        run(FETCH, "/nothing")


def test_other_contents_throw(run: Run) -> None:
    with pytest.raises(Error, match="JSON"):
        run(FETCH, "/blank")
