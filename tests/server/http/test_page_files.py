import os
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from moof.server.http import page_files
from moof.server.http.page_files import PageFiles


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(page_files, "page_root", lambda: tmp_path)
    return tmp_path


@pytest.fixture
async def client(folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=Starlette(routes=[Mount("/static", PageFiles())]))
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


async def test_a_bundle_has_a_module_with_what_it_imports(client: httpx.AsyncClient, folder: Path) -> None:
    (folder / "main.js").write_text('import { a } from "./x.js";\nconsole.log(a);\n')
    (folder / "x.js").write_text("export const a = 1;\n")
    answer = await client.get("/static/bundled/main.js")
    assert "const a=1;" in answer.text
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    again = await client.get("/static/bundled/main.js", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    (folder / "x.js").write_text("export const a = 2;\n")
    os.utime(folder / "x.js", ns=(1, 1))
    assert "const a=2;" in (await client.get("/static/bundled/main.js")).text


async def test_the_styles_that_the_page_loads_at_once_are_one(
    client: httpx.AsyncClient, folder: Path
) -> None:
    link = '<link rel="stylesheet" href="static/style/{}.css"{}>\n'
    links = (link.format("a", ""), link.format("b", ""), link.format("late", " disabled"))
    (folder / "index.html").write_text("".join(links))
    (folder / "style").mkdir()
    for name in ("a", "b", "late"):
        (folder / f"style/{name}.css").write_text(f"#{name} {{ margin: 0; }}\n")
    answer = await client.get("/static/bundled/styles.css")
    assert answer.text == "#a{margin:0}\n#b{margin:0}"
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    (folder / "index.html").write_text(links[1])
    os.utime(folder / "index.html", ns=(1, 1))
    assert (await client.get("/static/bundled/styles.css")).text == "#b{margin:0}"


async def test_what_is_no_script_of_its_own_is_not_found(client: httpx.AsyncClient, folder: Path) -> None:
    (folder / "main.js").write_text('import { a } from "./x.js";\n')
    (folder / "x.js").write_text("export const a = 1;\n")
    (folder / "x.css").write_text("p { margin: 0; }\n")
    (folder.parent / "outside.js").write_text("console.log(1);\n")
    for name in ("x.js", "x.css", "styles.css", "nothing.js", "", "../../outside.js", "..%2F..%2Foutside.js"):
        assert (await client.get(f"/static/bundled/{name}")).status_code == 404, name


def test_a_visitors_page_in_a_kiosk_has_a_style_more() -> None:
    whole, visitors = (bytes(page_files.page(kiosk=kiosk).body).decode() for kiosk in (False, True))
    assert "kiosk.css" not in whole
    assert visitors.replace('<link rel="stylesheet" href="static/style/kiosk.css">', "") == whole
