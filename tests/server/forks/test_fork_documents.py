"""The copies of documents that visitors' disks begin with."""

import os
from pathlib import Path

import pytest

from moof.server.forks.errors import ForkError
from moof.server.forks.fork_documents import CopiedDocuments, ForkDocuments
from support.state_files import names_in


@pytest.fixture
def source(tmp_path: Path) -> Path:
    source = tmp_path / "documents"
    (source / ".trash").mkdir(parents=True)
    (source / ".trash" / "secret").touch()
    (source / "Letter.txt").write_text("Dear")
    (source / "._Letter.txt").write_bytes(b"resources")
    (source / "link").symlink_to("/etc/passwd")
    os.mkfifo(source / "pipe")
    return source


def documents_of(source: Path | None, max_mb: int = 1) -> ForkDocuments:
    folder = source.parent / "copies" if source is not None else Path("copies")
    return ForkDocuments(source, folder, max_mb)


def test_a_visitor_gets_the_documents_of_the_moment_of_the_link(source: Path, tmp_path: Path) -> None:
    documents = documents_of(source)
    os.utime(source / "Letter.txt", (1000, 1000))
    assert documents.copy("a") is CopiedDocuments.COPIED
    (source / "Letter.txt").write_text("changed")
    for visitor in ("b", "c"):
        documents.give("a", tmp_path / visitor / "documents")
        given = tmp_path / visitor / "documents" / "Letter.txt"
        assert (given.read_text(), given.stat().st_mtime, given.stat().st_nlink) == ("Dear", 1000, 1)
        assert sorted(names_in(given.parent)) == ["._Letter.txt", "Letter.txt"]
        given.write_text("theirs")
    assert (source / "Letter.txt").read_text() == "changed"


def test_without_a_disk_or_with_a_limit_of_0_there_is_nothing(source: Path, tmp_path: Path) -> None:
    for documents in (documents_of(None), documents_of(source / "none"), documents_of(source, 0)):
        assert documents.copy("a") is CopiedDocuments.NONE
        documents.give("a", tmp_path / "b")
    assert "b" not in names_in(tmp_path)


def test_more_than_the_limit_is_not_copied(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    documents = documents_of(source)
    with (source / "large").open("wb") as file:
        file.truncate((1 << 20) + 1)
    assert documents.copy("a") is CopiedDocuments.TOO_LARGE
    (source / "large").unlink()
    monkeypatch.setattr("moof.server.forks.fork_documents.MAX_FILES", 1)
    assert documents.copy("a") is CopiedDocuments.TOO_LARGE
    assert "copies" not in names_in(source.parent)


def test_a_copy_that_fails_leaves_nothing(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("moof.server.forks.fork_documents.copy_files", full)
    with pytest.raises(ForkError, match="at this moment"):
        documents_of(source).copy("a")
    assert "copies" not in names_in(source.parent)


def test_the_copies_of_other_links_are_removed(source: Path) -> None:
    documents = documents_of(source)
    documents.keep([])
    for link in ("a", "b"):
        documents.copy(link)
    documents.keep(["b"])
    assert names_in(source.parent / "copies") == ["b"]
