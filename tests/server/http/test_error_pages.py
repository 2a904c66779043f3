"""Who gets a page in place of a problem, and what it says."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI, HTTPException
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers
from starlette.requests import Request

from moof.server.http import problems
from moof.server.http.error_pages import ErrorPages, prefers_html, sign_in_page
from moof.server.http.security_headers import security_headers

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
POLICY = security_headers()["content-security-policy"]


def answering(status: int, detail: str) -> httpx.AsyncClient:
    """Return a client of an application that answers everything with this problem."""
    app = FastAPI()
    problems.install(app)

    @app.api_route("/{path:path}", methods=["GET", "POST"])
    async def fail(path: str) -> None:
        raise HTTPException(status, detail, {**security_headers(), "www-authenticate": "Bearer"})

    return httpx.AsyncClient(transport=httpx.ASGITransport(ErrorPages(app)), base_url="http://mac")


async def ask(
    client: httpx.AsyncClient, path: str, accept: str = BROWSER, method: str = "GET"
) -> httpx.Response:
    async with client:
        return await client.request(method, path, headers={"accept": accept})


@pytest.mark.parametrize(
    ("accept", "html"),
    [
        (BROWSER, True),
        ("text/html", True),
        ("text/html;q=0.1", True),
        ("application/json;q=0.5, text/html;q=0.9", True),
        ("*/*", False),
        ("", False),
        ("application/json, text/html;q=0.9", False),
        ("application/problem+json, text/html;q=0.5", False),
        ("text/html;q=0", False),
        ("text/html;q=high", False),
        ("image/avif,image/webp,*/*;q=0.8", False),
    ],
)
def test_a_browser_that_navigates_asks_for_html(accept: str, html: bool) -> None:
    assert prefers_html(Headers({"accept": accept})) is html


@given(st.text(st.characters(max_codepoint=255)))
def test_any_accept_header_has_an_answer(accept: str) -> None:
    assert prefers_html(Headers(raw=[(b"accept", accept.encode("latin-1"))])) in (True, False)


async def test_programs_get_the_problem() -> None:
    answer = await ask(answering(404, "Not Found"), "/nothing", "*/*")
    assert answer.headers["content-type"] == problems.MEDIA_TYPE
    assert answer.json()["detail"] == "Not Found"


async def test_person_gets_a_page_with_the_status_and_the_sentence() -> None:
    answer = await ask(answering(503, "The thread for <sound> has ended."), "/a/b")
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "The thread for &lt;sound&gt; has ended." in answer.text
    assert 'href="../static/style/plain-page.css"' in answer.text
    assert "HTTP status 503" in answer.text


@pytest.mark.parametrize(("status", "sentence"), [(404, "No page of this Mac"), (418, "a Teapot")])
async def test_detail_that_repeats_the_status_is_no_sentence(status: int, sentence: str) -> None:
    assert sentence in (await ask(answering(status, ""), "/nothing")).text


async def test_stranger_gets_a_field_for_the_token() -> None:
    answer = await ask(answering(401, "A token is needed."), "/api")
    assert answer.status_code == 401
    assert '<form method="post" action="./sign-in">' in answer.text
    assert 'aria-invalid="false"' in answer.text
    assert answer.headers["content-security-policy"] == POLICY
    assert "form-action 'self'" in POLICY


@pytest.mark.parametrize(("method", "path"), [("POST", "/sign-in"), ("GET", "/?token=wrong")])
async def test_wrong_token_is_named_beside_the_field(method: str, path: str) -> None:
    answer = await ask(answering(403, "This token is none."), path, method=method)
    assert answer.status_code == 403
    assert '<p id="error" role="alert">This token is none.</p>' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert 'type="password"' in answer.text


async def test_other_answers_pass() -> None:
    app = FastAPI()

    @app.get("/")
    async def page(request: Request) -> Any:
        return sign_in_page(request.scope)

    transport = httpx.ASGITransport(ErrorPages(app))
    answer = await ask(httpx.AsyncClient(transport=transport, base_url="http://mac"), "/")
    assert answer.status_code == 200
    assert "Sign in" in answer.text


async def test_long_path_makes_no_long_page() -> None:
    assert len((await ask(answering(404, ""), "/a" * 1_000)).text) < 5_000


@pytest.mark.parametrize(
    ("accepted", "language", "title"),
    [("de-AT,en;q=0.5", "de", "Hier ist nichts"), ("it", "en", "There is nothing here")],
)
async def test_pages_are_in_the_browsers_language(accepted: str, language: str, title: str) -> None:
    async with answering(404, "Not Found") as client:
        answer = await client.get("/x", headers={"accept": BROWSER, "accept-language": accepted})
    assert f'<html lang="{language}">' in answer.text
    assert f"<h1>{title}</h1>" in answer.text
    assert answer.headers["vary"] == "accept, accept-language"
    assert ("Zum Mac" in answer.text) == (language == "de")


def test_the_page_to_sign_in_on_is_in_the_browsers_language() -> None:
    scope = {"type": "http", "path": "/sign-in", "method": "GET", "query_string": b""}
    page = sign_in_page({**scope, "headers": [(b"accept-language", b"fr")]})
    assert "Se connecter" in bytes(page.body).decode()
    assert page.headers["vary"] == "accept-language"
