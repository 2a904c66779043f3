"""States through the API, without the middleware, which test_routes.py tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from moof.extension import StateOperation
from moof.server.auth.audit import AuditLog
from moof.server.emulator.emulator_states import EmulatorStateError, EmulatorStates
from moof.server.http.states_api import state_functions_api, states_api
from moof.states import StateMetadata, StateSummary, pack_state
from moof.states.state_shelf import SUFFIX, StateShelf
from support.api_client import api_client


class SavingStates(EmulatorStates):
    """An emulator that saves states without contents."""

    def __init__(self, shelf: StateShelf) -> None:
        self.shelf = shelf
        self.changes: list[tuple[StateOperation, str]] = []

    @property
    def can_save(self) -> bool:
        return True

    @property
    def can_go_back(self) -> bool:
        return False

    async def change_state(self, action: StateOperation, name: str = "") -> None:
        if name == "bad":
            raise EmulatorStateError("There is no such state.")
        self.changes.append((action, name))
        if action is StateOperation.SAVE:
            metadata = StateMetadata(name, 100 + len(self.changes), 640, 480, 8, 8, "0.1.0", "rom")
            self.shelf.save(name, pack_state(StateSummary(metadata, b"\x89PNG " + name.encode()), ()))


@pytest.fixture
def states(tmp_path: Path) -> SavingStates:
    return SavingStates(StateShelf(tmp_path))


@pytest.fixture
async def client(states: SavingStates) -> AsyncIterator[httpx.AsyncClient]:
    async with api_client(
        states_api(states.shelf, states, AuditLog()), state_functions_api(states, files=True)
    ) as client:
        yield client


async def change(client: httpx.AsyncClient, action: str, name: str = "") -> int:
    return (await client.post("/api/states", json={"action": action, "name": name})).status_code


async def test_saved_states_are_listed_with_pictures_and_deleted(
    client: httpx.AsyncClient, states: SavingStates, tmp_path: Path
) -> None:
    assert (await client.get("/api/states")).json() == []
    assert [await change(client, "save", name) for name in ("Eins", "Zwei ü")] == [204, 204]
    (tmp_path / f"Damaged{SUFFIX}").write_bytes(b"MoofStat")
    newest, oldest = (await client.get("/api/states")).json()
    assert (newest["name"], oldest["name"], oldest["width"], oldest["ram_mb"]) == ("Zwei ü", "Eins", 640, 8)
    picture = await client.get("/api/states/Zwei%20ü/picture")
    assert picture.content == b"\x89PNG " + "Zwei ü".encode()
    assert picture.headers["content-type"] == "image/png"
    assert (await client.delete("/api/states/Eins")).status_code == 204
    assert (await client.delete("/api/states/Eins")).status_code == 404
    assert [each["name"] for each in (await client.get("/api/states")).json()] == ["Zwei ü"]


async def test_load_and_back_reach_the_emulator(client: httpx.AsyncClient, states: SavingStates) -> None:
    assert await change(client, "load", "Eins") == 204
    assert await change(client, "back") == 204
    assert states.changes == [(StateOperation.LOAD, "Eins"), (StateOperation.BACK, "")]
    assert await change(client, "load", "bad") == 409
    assert await change(client, "forget", "Eins") == 422


@pytest.mark.parametrize("name", ["", "a/b", ".a", "x" * 81])
@pytest.mark.parametrize("action", ["save", "load"])
async def test_a_refused_name_is_a_sentence_with_its_values(
    client: httpx.AsyncClient, states: SavingStates, name: str, action: str
) -> None:
    refused = await client.post("/api/states", json={"action": action, "name": name})
    assert refused.status_code == 422
    problem = refused.json()
    assert problem["sentence"].startswith("A state's name has 1 to {most} characters")
    assert problem["values"]["most"] == "80"
    assert problem["detail"].startswith("A state's name has 1 to 80 characters")
    assert states.changes == []


@pytest.mark.parametrize("action", ["save", "load"])
async def test_a_name_of_too_many_bytes_is_refused(
    client: httpx.AsyncClient, states: SavingStates, action: str
) -> None:
    refused = await client.post("/api/states", json={"action": action, "name": "日" * 70})
    assert (refused.status_code, "too long" in refused.json()["detail"], states.changes) == (422, True, [])


async def test_what_can_be_done_is_told(client: httpx.AsyncClient) -> None:
    functions = await client.get("/api/state-functions")
    assert functions.json() == {"save": True, "back": False, "files": True}


async def test_renaming(client: httpx.AsyncClient, states: SavingStates) -> None:
    await change(client, "save", "Eins")
    await change(client, "save", "Zwei")
    answers = []
    for name, new_name in (("Eins", "Zwei"), ("Drei", "Vier"), ("Eins", "../Eins"), ("Eins", "Eins, neu")):
        change_ = {"action": "rename", "name": name, "new_name": new_name}
        answers.append((await client.post("/api/states", json=change_)).status_code)
    assert answers == [409, 404, 422, 204]
    assert [each["name"] for each in (await client.get("/api/states")).json()] == ["Zwei", "Eins, neu"]


@pytest.mark.parametrize("name", ["..%2f..%2fetc", ".auto", "a%00", "nothing"])
async def test_names_outside_of_the_shelf_are_not_there(client: httpx.AsyncClient, name: str) -> None:
    assert (await client.get(f"/api/states/{name}/picture")).status_code == 404
    assert (await client.delete(f"/api/states/{name}")).status_code in (404, 405)


async def test_without_a_shelf_there_are_no_states(states: SavingStates) -> None:
    async with api_client(states_api(None, states, AuditLog())) as client:
        assert (await client.get("/api/states")).status_code == 404
        assert (await client.get("/api/states/A/picture")).status_code == 404
