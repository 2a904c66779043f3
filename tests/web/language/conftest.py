"""A page of a browser whose language is German."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

FakeServer = Any  # see tests/web/conftest.py


@pytest.fixture(scope="module")
def german(browser: Browser, offering_server: FakeServer) -> Iterator[Page]:
    context = browser.new_context(locale="de-DE")
    page = context.new_page()
    page.goto(f"{offering_server.url}/blank")
    yield page
    context.close()
