import os
import tomllib
from pathlib import Path

import pytest

from moof.server.auth.roles import Role
from moof.server.auth.token_store import TokenStore
from moof.server.config.fork_options import ForkOptions
from moof.server.config.idle_rules import IdleRules
from moof.server.forks.errors import ForkError, NoSuchForkError
from moof.server.forks.fork_documents import ForkDocuments
from moof.server.forks.saved_forks import SAVED_PER_FORK, SavedForks
from moof.states.autosaves import Autosave, Autosaves
from support.state_files import RAM_MB, names_in, state_file

IDENTITY = "b" * 32


def saved_in(folder: Path) -> SavedForks:
    options = ForkOptions(
        1, folder, IdleRules(5.0, 9.0), settings={"codec": "png", "ice_server": ["stun:a:1"]}
    )
    return SavedForks(options, ForkDocuments(None, folder / "copies", 1))


def test_a_mac_of_its_own_goes_on_from_the_state(tmp_path: Path) -> None:
    (tmp_path / "copies" / "link").mkdir(parents=True)
    (tmp_path / "copies" / "link" / "Letter").write_text("Dear")
    fork = saved_in(tmp_path).create(IDENTITY, "link", state_file())
    autosaves = Autosaves(fork.folder / "states" / "auto")
    assert [autosaves.read(each) for each in autosaves.newest_first()] == [state_file()]
    settings = tomllib.loads((fork.folder / "moof.toml").read_text())
    assert settings["states"] == str(fork.folder / "states")
    assert (Path(settings["documents"]) / "Letter").read_text() == "Dear"
    assert (settings["ram"], settings["codec"]) == (RAM_MB, "png")
    assert (settings["idle_minutes"], settings["unused_minutes"]) == (5.0, 9.0)
    tokens = TokenStore(fork.folder / "tokens.json")
    tokens.reload()
    found = tokens.find_secret(fork.token)
    assert found is not None
    assert found.role is Role.PLAYER
    assert fork.folder.stat().st_mode & 0o777 == 0o700
    assert (fork.folder / "fork.json").stat().st_mode & 0o777 == 0o600


def test_a_visitor_comes_back_to_the_same_mac_by_the_same_link_alone(tmp_path: Path) -> None:
    fork = saved_in(tmp_path).create(IDENTITY, "link", state_file())
    assert saved_in(tmp_path).find(fork.identity, "link") == fork
    for identity, link in (
        (fork.identity, "other"),
        ("0" * 32, "link"),
        ("", "link"),
        (f"../macs/{fork.identity}", "link"),
    ):
        with pytest.raises(NoSuchForkError):
            saved_in(tmp_path).find(identity, link)


def test_those_visited_last_are_kept(tmp_path: Path) -> None:
    saved = saved_in(tmp_path)
    forks = [saved.create(f"{number:032x}", "link", state_file()) for number in range(SAVED_PER_FORK + 2)]
    for age, fork in enumerate(forks):
        os.utime(fork.folder / "fork.json", (1000 - age, 1000 - age))
    unfinished = tmp_path / "macs" / ("a" * 32)
    unfinished.mkdir()
    running = forks[-1].identity
    saved.prune({running})
    kept = {*(fork.identity for fork in forks[: SAVED_PER_FORK - 1]), running}
    assert set(names_in(tmp_path / "macs")) == kept


def test_one_that_is_being_made_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    saved = saved_in(tmp_path)
    store = Autosaves.store

    def store_late(autosaves: Autosaves, data: bytes) -> Autosave:
        saved.prune(set())
        return store(autosaves, data)

    monkeypatch.setattr(Autosaves, "store", store_late)
    made = saved.create(IDENTITY, "link", state_file())
    assert saved.find(made.identity, "link") == made
    monkeypatch.undo()
    saved.prune(set())
    assert names_in(tmp_path / "macs") == [made.identity]


def test_what_is_no_state_makes_no_mac(tmp_path: Path) -> None:
    with pytest.raises(ForkError, match="at this moment"):
        saved_in(tmp_path).create(IDENTITY, "link", b"text")
    assert names_in(tmp_path / "macs") == []


def test_what_an_unfinished_mac_has_left_is_in_no_new_one(tmp_path: Path) -> None:
    left = tmp_path / "macs" / IDENTITY / "disks" / "secret.img"
    left.parent.mkdir(parents=True)
    left.touch()
    fork = saved_in(tmp_path).create(IDENTITY, "link", state_file())
    assert not left.exists()
    saved_in(tmp_path).remove(fork)
    assert names_in(tmp_path / "macs") == []
