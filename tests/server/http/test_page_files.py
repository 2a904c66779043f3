import os
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from starlette.routing import Mount, Router

from moof.server.http import page_files
from moof.server.http.page_files import PageFiles


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(page_files, "page_root", lambda: tmp_path)
    return tmp_path


@pytest.fixture
async def client(folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=Router([Mount("/static", PageFiles())]))
    async with httpx.AsyncClient(transport=transport, base_url="http://moof") as client:
        yield client


async def test_scripts_and_styles_are_compacted(client: httpx.AsyncClient, folder: Path) -> None:
    (folder / "x.js").write_text("// A comment.\nlet a = 1;\n")
    (folder / "x.css").write_text("/* A comment. */\np { margin: 0; }\n")
    script, style = await client.get("/static/x.js"), await client.get("/static/x.css")
    assert (script.text, style.text) == ("let a=1;", "p{margin:0}")
    assert script.headers["content-type"] == "text/javascript; charset=utf-8"
    assert style.headers["content-type"] == "text/css; charset=utf-8"
    assert script.headers["cache-control"] == "no-cache"


async def test_the_browsers_copy_is_revalidated(client: httpx.AsyncClient, folder: Path) -> None:
    (folder / "x.js").write_text("let a = 1;")
    first = await client.get("/static/x.js")
    again = await client.get("/static/x.js", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["cache-control"] == "no-cache"


async def test_a_changed_file_is_served_anew(client: httpx.AsyncClient, folder: Path) -> None:
    (folder / "x.js").write_text("let a = 1;")
    first = await client.get("/static/x.js")
    (folder / "x.js").write_text("let a = 2;")
    os.utime(folder / "x.js", ns=(1, 1))
    second = await client.get("/static/x.js", headers={"if-none-match": first.headers["etag"]})
    assert (second.status_code, second.text) == (200, "let a=2;")


async def test_other_files_are_served_as_they_are(client: httpx.AsyncClient, folder: Path) -> None:
    (folder / "x.json").write_text('{ "a": 1 }\n')
    answer = await client.get("/static/x.json")
    assert (answer.text, answer.headers["cache-control"]) == ('{ "a": 1 }\n', "no-cache")
