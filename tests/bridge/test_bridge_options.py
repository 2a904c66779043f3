"""The options of a bridge, with the texts that belong into its directory."""

from __future__ import annotations

from pathlib import Path

from moof.bridge.bridge_options import BridgeOptions
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
