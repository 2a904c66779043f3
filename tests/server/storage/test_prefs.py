from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.server.storage.prefs import MAX_PREFS_BYTES, PrefsError, PrefsFile, change_values

TEXT = "# mine\ndisk a.img\nunknown thing  with  spaces\ndisk b.img\nramsize 8388608\n"
LINES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=200)


def test_values_change_in_place() -> None:
    changed = change_values(
        TEXT, {"ramsize": ["16777216"], "disk": ["c.img", "d.img"], "screen": ["win/640/480"]}
    )
    assert changed == (
        "# mine\ndisk c.img\ndisk d.img\nunknown thing  with  spaces\nramsize 16777216\nscreen win/640/480\n"
    )
    assert change_values(TEXT, {"disk": []}) == "# mine\nunknown thing  with  spaces\nramsize 8388608\n"
    assert change_values("last line", {"new": ["1"]}) == "last line\nnew 1\n"


@given(LINES)
def test_other_lines_stay_as_they_are(text: str) -> None:
    assert change_values(text, {}) == text
    changed = change_values(text, {"moof-test-name": ["x"]})
    assert changed.startswith(text)
    assert change_values(changed, {"moof-test-name": []}).startswith(text)


@pytest.mark.parametrize(
    "changes",
    [{"": ["x"]}, {"two words": ["x"]}, {"#a": ["x"]}, {"a\nb": ["x"]}, {"a": ["x\n"]}, {"a": ["\0"]}],
)
def test_name_or_value_that_a_line_cannot_hold_is_an_error(changes: dict[str, list[str]]) -> None:
    with pytest.raises(PrefsError):
        change_values(TEXT, changes)


def test_write_keeps_the_former_text_as_backup(tmp_path: Path) -> None:
    prefs = PrefsFile(tmp_path / "prefs")
    assert prefs.read() == ""
    prefs.write(TEXT)
    prefs.write("other\n")
    assert (prefs.read(), prefs.backup.read_text()) == ("other\n", TEXT)


def test_encoding_of_the_file_is_kept(tmp_path: Path) -> None:
    prefs = PrefsFile(tmp_path / "prefs")
    prefs.path.write_bytes(b"name M\xfcnchen\n")
    prefs.write(change_values(prefs.read(), {"more": ["1"]}))
    assert prefs.path.read_bytes() == b"name M\xfcnchen\nmore 1\n"
    with pytest.raises(PrefsError, match="latin-1"):
        prefs.write("snow ☃")


def test_unreadable_and_unwritable_files_are_errors(tmp_path: Path) -> None:
    prefs = PrefsFile(tmp_path / "prefs")
    for text in ("x" * (MAX_PREFS_BYTES + 1), "a\0b"):
        with pytest.raises(PrefsError):
            prefs.write(text)
    with pytest.raises(PrefsError, match="cannot be written"):
        PrefsFile(tmp_path / "nowhere" / "prefs").write("x")
    with pytest.raises(PrefsError, match="cannot be read"):
        PrefsFile(tmp_path).read()
    prefs.path.write_bytes(b"x" * (MAX_PREFS_BYTES + 1))
    with pytest.raises(PrefsError, match="too long"):
        prefs.read()
