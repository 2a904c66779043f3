from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from moof.preference_rules import MAX_VALUE_BYTES, parse_rules
from moof.server.storage.prefs import (
    MAX_PREFS_BYTES,
    ForbiddenPrefsError,
    PrefsError,
    PrefsFile,
    PrefsValueError,
    change_values,
)

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


RULES = parse_rules(
    {"ramsize": "int 1 64", "disk": "paths disks", "title": "text 300", "fpu": "bool", "cpu": "choice 2 3 4"}
)
NAMES = st.one_of(st.sampled_from([*RULES, "extfs", "seriala", "Disk", "disk ", " disk", "disk\t"]), LINES)
VALUES = st.lists(
    st.one_of(LINES, st.sampled_from(["a.img", "true", "8", "/dev/sda", "x\nextfs /"])), max_size=3
)


def prefs_in(folder: Path, text: str) -> PrefsFile:
    disks = folder / "disks"
    disks.mkdir(exist_ok=True)
    for name in ("a.img", "d.img"):
        with (disks / name).open("wb") as image:
            image.truncate(400 << 10)
    (folder / "prefs").write_text(text)
    return PrefsFile(folder / "prefs", RULES, {"disks": disks})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.dictionaries(NAMES, VALUES, max_size=4), st.one_of(st.none(), LINES))
def test_no_request_changes_what_has_no_rule(
    tmp_path: Path, changes: dict[str, list[str]], text: str | None
) -> None:
    prefs = prefs_in(tmp_path, TEXT + "extfs /home/x\n")
    before = others(prefs.path.read_bytes())
    try:
        prefs.change(text, changes)
    except PrefsError:
        pass
    assert others(prefs.path.read_bytes()) == before


def others(data: bytes) -> list[bytes]:
    """Return the lines without a rule as the emulators read them: 254 bytes at a time, then the next line."""
    lines = [line for line in data.split(b"\n") if line]
    pieces = [line[at : at + 253] for line in lines for at in range(0, len(line), 253)]
    return [
        piece for piece in pieces if piece.split(None, 1)[:1] != [] and piece.split()[0].decode() not in RULES
    ]


def test_values_follow_their_rules(tmp_path: Path) -> None:
    prefs = prefs_in(tmp_path, TEXT)
    disk = tmp_path / "disks" / "d.img"
    changed = prefs.change(None, {"disk": ["b.img", "d.img", "a.img"], "fpu": ["true"], "cpu": ["4"]})
    assert changed == (
        f"# mine\ndisk b.img\ndisk {disk}\ndisk a.img\nunknown thing  with  spaces\nramsize 8388608\n"
        "fpu true\ncpu 4\n"
    )
    for name, value in (("fpu", "1"), ("cpu", "5"), ("ramsize", "0"), ("title", ""), ("disk", "/etc/passwd")):
        with pytest.raises(PrefsValueError, match=name):
            prefs.change(None, {name: [value]})
    assert prefs.read() == changed


def test_images_are_checked_before_they_are_used(tmp_path: Path) -> None:
    prefs = prefs_in(tmp_path, TEXT)
    (tmp_path / "disks" / "a.zip").write_bytes(b"PK\x03\x04" + bytes(400 << 10))
    with pytest.raises(PrefsValueError, match=r"^a.zip: This is a ZIP archive"):
        prefs.change(None, {"disk": ["*a.zip"]})
    changed = prefs.change(None, {"disk": ["*d.img"]})
    assert f"disk *{tmp_path}/disks/d.img\n" in changed


def test_name_without_a_rule_is_refused_with_the_file_that_has_it(tmp_path: Path) -> None:
    prefs = prefs_in(tmp_path, TEXT)
    for name in ("seriala", "extfs", "Ramsize", "ramsize ", "", "disk\n"):
        with pytest.raises(ForbiddenPrefsError, match=str(prefs.path)):
            prefs.change(None, {name: ["x"]})


def test_long_value_is_refused_since_emulators_take_its_rest_for_a_line(tmp_path: Path) -> None:
    prefs = prefs_in(tmp_path, TEXT)
    with pytest.raises(PrefsValueError, match=f"{MAX_VALUE_BYTES} bytes"):
        prefs.change(None, {"title": ["x" * 248 + "extfs /"]})


def test_whole_text_may_differ_in_names_with_rules(tmp_path: Path) -> None:
    prefs = prefs_in(tmp_path, TEXT)
    assert prefs.change(TEXT.replace("8388608", "32"), {}) == TEXT.replace("8388608", "32")
    for text in (TEXT + "extfs /\n", TEXT.replace("# mine", "# yours"), "", TEXT.replace("spaces", "x")):
        with pytest.raises(ForbiddenPrefsError):
            prefs.change(text, {})


def test_only_a_line_feed_ends_a_line() -> None:
    odd = "title a\x0bdisk x\u2028disk y\rdisk z\n"
    assert change_values(odd, {"disk": ["n"]}) == odd + "disk n\n"


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
