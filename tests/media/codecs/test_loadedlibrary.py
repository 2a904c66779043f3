"""Which libraries PyAV has loaded."""

from pathlib import Path

import pytest

from moof.media.codecs import loadedlibrary
from moof.media.codecs.loadedlibrary import loaded_libraries


def test_pyavs_libraries_are_found_by_the_beginning_of_their_names() -> None:
    (path,) = loaded_libraries("libx264")
    assert Path(path).is_file()
    assert Path(path).name.startswith("libx264")
    assert loaded_libraries("no-such-library") == []


def test_without_process_maps_there_is_no_library(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(loadedlibrary, "_MAPS", tmp_path / "none")
    assert loaded_libraries("libx264") == []
