from pathlib import Path

from moof.server.storage.last_browser import LastBrowserFile


def test_the_last_codecs_are_kept(tmp_path: Path) -> None:
    file = LastBrowserFile(tmp_path / "state" / "browser.json")
    assert file.codecs() is None
    for codecs in (("H264",), (), ()):
        file.store(codecs)
        assert file.codecs() == codecs


def test_an_invalid_file_counts_as_none_and_an_unwritable_one_is_ignored(tmp_path: Path) -> None:
    path = tmp_path / "browser.json"
    for text in ("", "[]", "[" * 10_000, "{}", '{"codecs": 1}'):
        path.write_text(text)
        assert LastBrowserFile(path).codecs() is None
    LastBrowserFile(Path("/proc/nowhere/browser.json")).store(())
