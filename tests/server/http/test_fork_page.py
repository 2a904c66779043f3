"""The page for visitors: the whole application, without a network."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from moof.server.config.fork_options import ForkOptions
from moof.server.forks.forks import Forks
from moof.server.http.body_limits import BodyLimits
from moof.server.http.error_pages import ErrorPages
from moof.server.http.fork_page import FORK_PATH
from moof.server.http.routes import create_app
from moof.states.state_shelf import StateShelf
from support.access import open_rules
from support.quiet_backend import QuietBackend
from support.state_files import picture, state_file

HTML = {"accept": "text/html"}


@pytest.fixture
def backend(tmp_path: Path) -> QuietBackend:
    backend = QuietBackend(tmp_path)
    shelf = StateShelf(tmp_path / "states")
    shelf.save("A", state_file())
    backend.forks = Forks(ForkOptions(1, tmp_path / "forks", free_memory=1 << 30), shelf)
    return backend


@pytest.fixture
async def client(tmp_path: Path, backend: QuietBackend) -> AsyncIterator[httpx.AsyncClient]:
    app = ErrorPages(create_app(backend, open_rules(tmp_path), BodyLimits()))
    transport = httpx.ASGITransport(app, client=("10.0.0.1", 4711))
    async with httpx.AsyncClient(transport=transport, base_url="http://mac.local:8080") as client:
        yield client


@pytest.fixture
def token(backend: QuietBackend) -> str:
    assert backend.forks is not None
    return backend.forks.links.add("A", 5.0).token


async def test_a_link_leads_a_stranger_to_a_page_with_a_button(client: httpx.AsyncClient, token: str) -> None:
    answer = await client.get("/", params={"fork": token}, headers=HTML, follow_redirects=True)
    assert (answer.url.path, answer.status_code) == (FORK_PATH, 200)
    again = await client.get(answer.url, headers=HTML)
    assert f'name="link" value="{token}"' in answer.text
    clicks = [re.findall(r'name="click" value="([\w-]{20,})"', each.text) for each in (answer, again)]
    assert (
        len({*map(tuple, clicks)}) == 2
    )  # one Mac for each visit of the page, however often its button is pressed
    assert "form-action 'self' http://mac.local:*;" in answer.headers["content-security-policy"]
    shown = await client.get(f"{FORK_PATH}/picture", params={"link": token})
    assert (shown.content, shown.headers["content-type"]) == (picture(), "image/png")


async def test_the_page_is_in_the_visitors_language(client: httpx.AsyncClient, token: str) -> None:
    answer = await client.get(
        FORK_PATH, params={"link": token}, headers={**HTML, "accept-language": "de-CH, de"}
    )
    assert "Mac starten" in answer.text
    assert "Start the Mac" not in answer.text


async def test_a_withdrawn_link_starts_nothing(
    client: httpx.AsyncClient, backend: QuietBackend, token: str
) -> None:
    assert backend.forks is not None
    backend.forks.links.remove(backend.forks.links.states()["A"].id)
    for answer in (
        await client.get(FORK_PATH, params={"link": token}),
        await client.get(f"{FORK_PATH}/picture", params={"link": token}),
        await client.post(FORK_PATH, data={"link": token}),
    ):
        assert (answer.status_code, "withdrawn" in answer.json()["detail"]) == (404, True)


async def test_no_room_is_said_on_a_page_with_the_button(client: httpx.AsyncClient, token: str) -> None:
    asked = await client.get(FORK_PATH, params={"link": token}, headers=HTML)
    answer = await client.post(FORK_PATH, data={"link": token}, headers=HTML)
    assert (asked.status_code, answer.status_code) == (200, 503)
    reason = "There is not enough memory for one more Mac"
    assert (reason in asked.text, reason in answer.text) == (False, True)
    assert f'name="link" value="{token}"' in answer.text
    policy = "content-security-policy"
    assert answer.headers[policy] == asked.headers[policy]
    program = await client.post(FORK_PATH, data={"link": token})
    assert (program.status_code, reason in program.json()["detail"]) == (503, True)


async def test_another_sites_page_starts_nothing(client: httpx.AsyncClient, token: str) -> None:
    answer = await client.post(FORK_PATH, data={"link": token}, headers={"origin": "http://evil.example"})
    assert answer.status_code == 403


async def test_a_damaged_file_of_links_is_said(client: httpx.AsyncClient, token: str, tmp_path: Path) -> None:
    (tmp_path / "forks" / "links.json").write_text("[")
    assert (await client.get(FORK_PATH, params={"link": token})).status_code == 503


async def test_a_host_that_is_no_name_is_refused(client: httpx.AsyncClient, token: str) -> None:
    for host in ("a;b", "[", ""):
        answer = await client.get(FORK_PATH, params={"link": token}, headers={"host": host})
        assert answer.status_code == 400


async def test_without_permission_of_the_operator_the_link_is_refused(
    client: httpx.AsyncClient, backend: QuietBackend, tmp_path: Path
) -> None:
    backend.forks = None
    app = create_app(backend, open_rules(tmp_path), BodyLimits())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://mac") as refusing:
        answer = await refusing.get("/", params={"fork": "A"}, follow_redirects=True)
    assert (answer.status_code, "--forks" in answer.text) == (404, True)
