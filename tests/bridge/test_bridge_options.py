"""The options of a bridge, with the texts that belong into its directory."""

from __future__ import annotations

from pathlib import Path

import pytest

from moof.bridge.bridge_options import BridgeOptions
from moof.bridge.errors import BridgeError
from moof.process import Sandbox


def test_texts_are_written_into_the_directory_and_shown_to_the_program(tmp_path: Path) -> None:
    options = BridgeOptions(
        ["dosbox", "-conf", "{directory}/settings"],
        sandbox=Sandbox(read_only=(Path("/rom"),)),
        texts={"settings": "[sdl]"},
    ).in_directory(tmp_path)
    assert options.command == ["dosbox", "-conf", f"{tmp_path}/settings"]
    assert (tmp_path / "settings").read_text() == "[sdl]"
    assert options.sandbox is not None
    assert options.sandbox.read_only == (Path("/rom"), tmp_path / "settings")


def test_documents_become_an_image_which_the_program_reads(tmp_path: Path) -> None:
    documents, directory = tmp_path / "documents", tmp_path / "bridge"
    documents.mkdir()
    directory.mkdir()
    (documents / "a").write_text("x")
    options = BridgeOptions(
        ["minivmac", "{directory}/documents.img"], sandbox=Sandbox(), documents=documents
    ).in_directory(directory)
    image = directory / "documents.img"
    assert options.command == ["minivmac", str(image)]
    assert image.read_bytes()[1024:1026] == b"BD"
    assert options.sandbox is not None
    assert options.sandbox.read_only == (image,)


def test_documents_that_are_gone_are_an_error_in_words(tmp_path: Path) -> None:
    options = BridgeOptions(["minivmac"], documents=tmp_path / "gone")
    with pytest.raises(BridgeError, match="gone cannot be put on a disk: No such file"):
        options.in_directory(tmp_path)
