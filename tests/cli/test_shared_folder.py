from pathlib import Path

import pytest
import typer

from moof.cli.macflags import MacFlags
from moof.cli.run import server_options
from moof.cli.serverflags import ServerFlags
from moof.cli.soundflags import SoundFlags


def test_an_emulator_of_the_bridge_shares_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    recipes = tmp_path / "moof" / "recipes"
    recipes.mkdir(parents=True)
    recipe = 'about = ""\ninstall = ""\nprograms = ["sh"]\n'
    for layout in ("extfs", "image"):
        words = f'shared = ["--disk", "{{shared}}"]\nshared_layout = "{layout}"'
        (recipes / f"{layout}.toml").write_text(recipe + words)
    (recipes / "plain.toml").write_text(recipe)
    folder = tmp_path / "new" / "shared"
    mac = MacFlags(documents=str(folder))
    options = server_options(ServerFlags(emulator="extfs"), SoundFlags(), mac, False, ["-x"])
    assert options.emulator_command is not None
    assert options.emulator_command[-4:] == ["--documents", str(folder), "--", "-x"]
    assert folder.is_dir()
    paths = options.library_paths
    assert (paths.documents, paths.documents_for_guest) == (folder, True)
    image = server_options(ServerFlags(emulator="image"), SoundFlags(), mac, False).library_paths
    assert (image.documents, image.documents_for_guest) == (folder, False)
    without = server_options(ServerFlags(emulator="extfs"), SoundFlags(), MacFlags(), False)
    assert without.library_paths.documents is None
    with pytest.raises(typer.Exit):
        server_options(ServerFlags(emulator="plain"), SoundFlags(), mac, False)
    built_in = server_options(ServerFlags(), SoundFlags(), mac, False).library_paths
    assert (built_in.documents, built_in.documents_for_guest) == (folder, False)
