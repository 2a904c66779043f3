"""Macs for visitors: limits, and one real Mac that ends and comes back."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from moof.mac.headless import HeadlessMac
from moof.server.config.fork_options import ForkOptions
from moof.server.forks.errors import ForkError, NoSuchForkError, TooManyForksError
from moof.server.forks.forks import Forks, Visit, forks_of, free_memory
from moof.states.state_shelf import StateShelf
from support.state_files import names_in, state_file
from support.waiting import wait_until

HOME = "10.0.0.1"


@pytest.fixture
def shelf(tmp_path: Path) -> StateShelf:
    shelf = StateShelf(tmp_path / "states")
    with HeadlessMac() as mac:
        mac.run(60)
        shelf.save("A", mac.save_state("A"))
    return shelf


@pytest.fixture
async def forks(tmp_path: Path, shelf: StateShelf) -> AsyncIterator[Forks]:
    forks = Forks(ForkOptions(1, tmp_path / "forks", free_memory=0), shelf)
    yield forks
    await forks.close()


def role_in_running_mac(visit: Visit) -> str:
    """Wait until the Mac runs, which may be after its page can be opened; return the visitor's role."""
    url, headers = f"http://127.0.0.1:{visit.port}", {"authorization": f"Bearer {visit.token}"}
    with httpx.Client(base_url=url, headers=headers) as client:
        wait_until(lambda: client.get("/api/status").json()["emulator"]["connected"], "the Mac")
        role: str = client.get("/api/me").json()["role"]
    return role


async def test_a_visitor_gets_a_mac_and_comes_back_to_it(forks: Forks, tmp_path: Path) -> None:
    link = forks.links.add("A", 5.0)
    first, visit = await asyncio.gather(*(forks.visit(link.token, [], HOME, "a click") for _ in range(2)))
    assert first == visit  # clicked twice
    assert await asyncio.to_thread(role_in_running_mac, visit) == "player"
    assert (forks.running, visit.link) == ({link.id: 1}, link.id)
    assert await forks.visit(link.token, ["0" * 32, visit.identity], HOME) == visit
    with pytest.raises(TooManyForksError, match="in use"):
        await forks.visit(link.token, [], HOME)
    await forks.close()
    assert forks.running == {}
    states = tmp_path / "forks" / "macs" / visit.identity / "states" / "auto"
    assert len(list(states.glob("*.moofstate"))) == 2  # the link's, and that of the end
    with pytest.raises(TooManyForksError):
        await forks.visit(link.token, [visit.identity], HOME)


async def test_a_mac_that_does_not_start_leaves_no_files(tmp_path: Path, shelf: StateShelf) -> None:
    forks = Forks(ForkOptions(1, tmp_path / "forks", free_memory=0, settings={"no_such_option": 1}), shelf)
    with pytest.raises(ForkError, match="does not start"):
        await forks.visit(forks.links.add("A", 5.0).token, [], HOME)
    assert (names_in(tmp_path / "forks" / "macs"), forks.running) == ([], {})


async def test_no_mac_starts_once_the_server_ends(tmp_path: Path, shelf: StateShelf) -> None:
    loop = asyncio.get_running_loop()
    server: list[Forks] = []

    class EndingShelf(StateShelf):
        """Ends the server while a Mac is made."""

        def read(self, name: str) -> bytes:
            asyncio.run_coroutine_threadsafe(server[0].close(), loop).result()
            return super().read(name)

    forks = Forks(ForkOptions(1, tmp_path / "forks", free_memory=0), EndingShelf(shelf.folder))
    server.append(forks)
    with pytest.raises(TooManyForksError):
        await forks.visit(forks.links.add("A", 5.0).token, [], HOME)
    assert (names_in(tmp_path / "forks" / "macs"), forks.running) == ([], {})


async def test_nothing_is_made_without_a_link_or_memory(tmp_path: Path, shelf: StateShelf) -> None:
    forks = Forks(ForkOptions(1, tmp_path / "forks", free_memory=1 << 30), shelf)
    with pytest.raises(NoSuchForkError):
        await forks.visit("A", [], HOME)
    with pytest.raises(TooManyForksError, match="memory"):
        await forks.visit(forks.links.add("A", 5.0).token, [], HOME)
    assert "macs" not in names_in(tmp_path / "forks")


@pytest.fixture
async def waiting_forks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Forks]:
    """Yield Macs whose pages can be opened once there is a file `started`; no Mac runs in them."""
    program = tmp_path / "program"
    program.write_text(
        "#!/bin/sh\n"
        f'until [ -e "{tmp_path}/started" ]; do sleep .02; done\n'
        "echo Open http://127.0.0.1:4711/\nexec sleep 600\n"
    )
    program.chmod(0o700)
    monkeypatch.setattr("sys.executable", str(program))
    shelf = StateShelf(tmp_path / "states")
    shelf.save("A", state_file())
    forks = Forks(ForkOptions(4, tmp_path / "forks", free_memory=0, per_network=2), shelf)
    yield forks
    await forks.close()


async def test_visitors_do_not_wait_for_the_start_of_another_ones_mac(
    waiting_forks: Forks, tmp_path: Path
) -> None:
    token = waiting_forks.links.add("A", 5.0).token
    (tmp_path / "started").touch()
    first = await waiting_forks.visit(token, [], HOME)
    (tmp_path / "started").unlink()
    starting = asyncio.create_task(waiting_forks.visit(token, [], "10.0.0.2"))
    await asyncio.to_thread(wait_until, lambda: sum(waiting_forks.running.values()) == 2, "a second start")
    assert await waiting_forks.visit(token, [first.identity], HOME) == first
    assert not starting.done()
    (tmp_path / "started").touch()
    assert (await starting).identity != first.identity


async def test_one_network_has_so_many_and_no_more(waiting_forks: Forks, tmp_path: Path) -> None:
    (tmp_path / "started").touch()
    token = waiting_forks.links.add("A", 5.0).token
    visits = await asyncio.gather(
        *(waiting_forks.visit(token, [], HOME) for _ in range(3)), return_exceptions=True
    )
    assert [type(each) for each in visits].count(Visit) == 2
    refused = next(each for each in visits if isinstance(each, BaseException))
    assert (type(refused), "Your network" in str(refused)) == (TooManyForksError, True)
    assert len(names_in(tmp_path / "forks" / "macs")) == 2
    assert (await waiting_forks.visit(token, [], "10.0.0.2")).port == 4711


async def test_macs_that_start_count_with_the_memory_that_they_will_take(
    waiting_forks: Forks, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("moof.server.forks.forks.free_memory", lambda: 299)
    token = waiting_forks.links.add("A", 5.0).token
    starting = asyncio.create_task(waiting_forks.visit(token, [], HOME))
    await asyncio.to_thread(wait_until, lambda: waiting_forks.running, "the start")
    with pytest.raises(TooManyForksError, match="memory"):
        await waiting_forks.visit(token, [], "10.0.0.2")
    (tmp_path / "started").touch()
    await starting
    assert (await waiting_forks.visit(token, [], "10.0.0.2")).port == 4711


def test_free_memory_is_read_where_it_is_known(tmp_path: Path) -> None:
    file = tmp_path / "meminfo"
    assert free_memory(file) is None
    file.write_text("MemTotal:  9 kB\nMemAvailable:    2097152 kB\n")
    assert free_memory(file) == 2048
    file.write_text("MemAvailable: much")
    assert free_memory(file) is None


def test_forks_need_options_and_states(tmp_path: Path) -> None:
    options = ForkOptions(1, tmp_path)
    assert forks_of(None, tmp_path) is None
    assert forks_of(options, None) is None
    assert forks_of(options, tmp_path) is not None
