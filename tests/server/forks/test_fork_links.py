import re
from pathlib import Path

import pytest

from moof.server.forks.errors import ForkError, NoSuchForkError, TooManyForksError
from moof.server.forks.fork_documents import CopiedDocuments, ForkDocuments
from moof.server.forks.fork_links import ForkLinks
from moof.states import StateError
from moof.states.state_shelf import StateShelf
from support.state_files import names_in, picture, state_file


@pytest.fixture
def shelf(tmp_path: Path) -> StateShelf:
    shelf = StateShelf(tmp_path / "states")
    shelf.save("A", state_file("A"))
    shelf.save("B", state_file("B"))
    return shelf


@pytest.fixture
def links(tmp_path: Path, shelf: StateShelf) -> ForkLinks:
    (tmp_path / "documents").mkdir()
    documents = ForkDocuments(tmp_path / "documents", tmp_path / "copies", 1)
    return ForkLinks(tmp_path / "links.json", shelf, documents)


def test_a_state_has_one_link_whose_token_finds_it(links: ForkLinks) -> None:
    made = links.add("A", 5.0)
    assert links.add("A", 6.0) == made
    assert links.find(made.token) == ("A", made)
    assert links.picture(made.token) == picture()
    assert links.add("B", 7.0).token != made.token
    assert (links.states()["A"], len(links.states())) == (made, 2)


def test_a_click_has_one_identity_for_each_link(links: ForkLinks) -> None:
    made, other = links.add("A", 5.0), links.add("B", 5.0)
    identity = made.identity("ä")
    assert re.fullmatch("[0-9a-f]{32}", identity)
    assert made.identity("ä") == identity
    assert len({identity, made.identity("b"), other.identity("ä")}) == 3


def test_tokens_of_others_find_nothing(links: ForkLinks) -> None:
    made = links.add("A", 5.0)
    for token in ("", made.token[:-1], made.token + "A", made.digest, made.key, "ü" * 100):
        with pytest.raises(NoSuchForkError, match="withdrawn"):
            links.find(token)


def test_a_link_stays_with_its_state(links: ForkLinks, shelf: StateShelf) -> None:
    made = links.add("A", 5.0)
    shelf.rename("A", "C")
    assert links.find(made.token) == ("C", made)
    shelf.delete("C")
    shelf.save("A", state_file("other"))
    with pytest.raises(NoSuchForkError):
        links.find(made.token)
    assert links.states() == {}


def test_a_withdrawn_link_finds_nothing_and_the_next_one_is_another(links: ForkLinks) -> None:
    made = links.add("A", 5.0)
    assert (links.remove(made.id), links.remove(made.id)) == (True, False)
    again = links.add("A", 6.0)
    assert again.token != made.token
    with pytest.raises(NoSuchForkError):
        links.find(made.token)


def test_unknown_states_and_too_many_links_are_refused(
    links: ForkLinks, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(StateError, match="no such state"):
        links.add("D", 5.0)
    monkeypatch.setattr("moof.server.forks.fork_links.MAX_LINKS", 1)
    links.add("A", 5.0)
    with pytest.raises(TooManyForksError):
        links.add("B", 6.0)


def test_a_link_has_the_documents_of_its_moment_as_long_as_it_is_there(
    links: ForkLinks, shelf: StateShelf, tmp_path: Path
) -> None:
    made = [links.add(name, 5.0) for name in ("A", "B")]
    assert [each.documents for each in made] == [CopiedDocuments.COPIED] * 2
    assert links.states()["A"].documents is CopiedDocuments.COPIED
    (tmp_path / "documents" / "later").touch()
    links.add("A", 6.0)
    assert names_in(tmp_path / "copies" / made[0].id) == []
    shelf.delete("A")
    links.add("B", 7.0)
    assert names_in(tmp_path / "copies") == [made[1].id]
    links.remove(made[1].id)
    assert names_in(tmp_path / "copies") == []


def test_a_link_of_an_earlier_version_has_no_documents(links: ForkLinks, tmp_path: Path) -> None:
    links.add("A", 5.0)
    file = tmp_path / "links.json"
    file.write_text(file.read_text().replace('"documents"', '"other"'))
    assert links.states()["A"].documents is CopiedDocuments.NONE


@pytest.mark.parametrize("content", ["[", '{"links": [1]}', '{"links": [{"id": "a"}]}'])
def test_a_damaged_file_is_said(links: ForkLinks, tmp_path: Path, content: str) -> None:
    (tmp_path / "links.json").write_text(content)
    (tmp_path / "links.json").chmod(0o600)
    with pytest.raises(ForkError):
        links.find("A")
    with pytest.raises(ForkError):
        links.remove("A")
