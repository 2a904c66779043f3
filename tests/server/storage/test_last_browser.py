from pathlib import Path

from moof.server.storage.last_browser import Browser, last_browser, remember


def test_the_last_one_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "state" / "browser.json"
    assert last_browser(file) is None
    for browser in (Browser(("H264",)), Browser(()), Browser(())):
        remember(browser, file)
        assert last_browser(file) == browser


def test_a_file_that_makes_no_sense_or_cannot_be_written(tmp_path: Path) -> None:
    file = tmp_path / "browser.json"
    for text in ("", "[]", "{}", '{"codecs": 1}'):
        file.write_text(text)
        assert last_browser(file) is None
    remember(Browser(()), Path("/proc/nowhere/browser.json"))
