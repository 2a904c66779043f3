"""The owner's API of links, without the middleware, which test_routes.py tests."""

from pathlib import Path

import httpx

from moof.server.auth.audit import AuditLog
from moof.server.config.fork_options import ForkOptions
from moof.server.forks.forks import Forks
from moof.server.http.forks_api import forks_api
from moof.states.state_shelf import StateShelf
from support.api_client import api_client
from support.state_files import state_file


def client_of(forks: Forks | None) -> httpx.AsyncClient:
    return api_client(forks_api(forks, AuditLog()), url="http://mac:8080")


async def test_links_are_made_listed_and_withdrawn(tmp_path: Path) -> None:
    shelf = StateShelf(tmp_path / "states")
    shelf.save("A", state_file())
    (tmp_path / "documents").mkdir()
    forks = Forks(ForkOptions(3, tmp_path / "forks", documents=tmp_path / "documents"), shelf)
    async with client_of(forks) as client:
        made = await client.post("/api/forks", json={"state": "A"})
        assert made.status_code == 201
        link = made.json()
        assert link["address"] == f"http://mac:8080/?fork={link['token']}"
        assert link["documents"] == "copied"
        assert (await client.get("/api/forks")).json() == {"most": 3, "running": 0, "links": [link]}
        assert forks.links.find(link["token"])[0] == "A"
        assert (await client.post("/api/forks", json={"state": "B"})).status_code == 404
        assert (await client.delete(f"/api/forks/{link['id']}")).status_code == 204
        assert (await client.delete(f"/api/forks/{link['id']}")).status_code == 404
        (tmp_path / "forks" / "links.json").write_text("[")
        for answer in (
            await client.get("/api/forks"),
            await client.post("/api/forks", json={"state": "A"}),
            await client.delete("/api/forks/a"),
        ):
            assert answer.status_code == 409


async def test_without_permission_of_the_operator_there_are_none() -> None:
    async with client_of(None) as client:
        assert (await client.get("/api/forks")).json() == {"most": 0, "running": 0, "links": []}
        refused = await client.post("/api/forks", json={"state": "A"})
        assert (refused.status_code, "--forks" in refused.text) == (404, True)
        assert (await client.delete("/api/forks/a")).status_code == 404
