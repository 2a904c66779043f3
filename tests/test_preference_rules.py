"""Rules of preferences: what they allow, and that no path leaves the configured folders."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from moof.preference_rules import (
    MAX_VALUE_BYTES,
    MAX_VALUES,
    PreferenceRule,
    PreferenceRuleError,
    RuleKind,
    parse_rules,
)


@pytest.fixture
def folders(tmp_path: Path) -> dict[str, Path]:
    """Two folders with a disk each, beside a secret, and links to it."""
    found = {name: tmp_path / name for name in ("disks", "roms")}
    for folder in found.values():
        folder.mkdir()
        (folder / "a.img").write_bytes(b"disk")
    (tmp_path / "secret").write_bytes(b"secret")
    (tmp_path / "disks-too").mkdir()
    (tmp_path / "disks-too" / "a.img").write_bytes(b"secret")
    disks = found["disks"]
    (disks / "link").symlink_to(tmp_path / "secret")
    (disks / "up").symlink_to(tmp_path)
    (disks / "circle").symlink_to(disks / "circle")
    (disks / ".hidden").write_bytes(b"an upload")
    (disks / "cd.cue").write_text('FILE "/etc/passwd" BINARY')
    (disks / "-rf").write_bytes(b"disk")
    (disks / "*star").write_bytes(b"disk")
    return found


@pytest.mark.parametrize(
    ("text", "good", "bad"),
    [
        ("bool", ["true", "false"], ["True", "1", "", "true false", "true "]),
        ("int -1 64", ["-1", "0", "064", "64"], ["65", "-2", "1.5", "٣", "+1", "1e1", "", " 1", "9" * 50]),
        ("choice 2 win/640/480", ["2", "win/640/480"], ["3", "2 win/640/480", "", "Win/640/480"]),
        ("text 5", ["a", "ä b c"], ["", "abcdef", "a\nb", "a\0", "a\x85b", "a\u2028", " a", "a ", "\x1b[0m"]),
    ],
)
def test_values_of_a_rule(text: str, good: list[str], bad: list[str]) -> None:
    rule = PreferenceRule.parse(text)
    for value in good:
        assert rule.check([value], {}) == [value]
    for value in bad:
        with pytest.raises(PreferenceRuleError):
            rule.check([value], {})


def test_file_is_written_with_its_whole_path(folders: dict[str, Path]) -> None:
    rule = PreferenceRule.parse("paths disks roms")
    a = str(folders["disks"] / "a.img")
    assert rule.check(["a.img", a, "./a.img", "up/disks/a.img"], folders) == [a] * 4
    assert rule.check(["-rf", "*star"], folders) == [f"{folders['disks']}/-rf", f"{folders['disks']}/*star"]
    assert rule.check(["*a.img", "*" + a], folders) == ["*" + a] * 2
    assert rule.check([str(folders["roms"] / "a.img")], folders) == [str(folders["roms"] / "a.img")]


@pytest.mark.parametrize(
    "value",
    [
        *(
            "link",
            "up/secret",
            "../secret",
            "circle",
            ".hidden",
            "cd.cue",
            "missing",
            "",
            ".",
            "up",
            "/dev/zero",
        ),
        *(
            "/etc/passwd",
            "../disks-too/a.img",
            "a.img\0",
            "|touch x",
            "~/x",
            "a.img\nextfs /",
            "*../secret",
        ),
    ],
)
def test_file_outside_the_folders_is_refused(folders: dict[str, Path], value: str) -> None:
    with pytest.raises(PreferenceRuleError):
        PreferenceRule.parse("path disks").check([value], folders)


def test_folder_of_another_kind_is_refused(folders: dict[str, Path]) -> None:
    with pytest.raises(PreferenceRuleError):
        PreferenceRule.parse("path roms").check([str(folders["disks"] / "a.img")], folders)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    st.lists(
        st.sampled_from(["..", ".", "a.img", "link", "up", "secret", "", "disks", "~", "circle"]), max_size=6
    )
)
def test_no_path_leaves_the_folder(folders: dict[str, Path], parts: list[str]) -> None:
    try:
        written = PreferenceRule.parse("path disks").check(["/".join(parts)], folders)
    except PreferenceRuleError:
        return
    assert written == [str(folders["disks"] / "a.img")]


def test_number_of_values_is_limited(folders: dict[str, Path]) -> None:
    with pytest.raises(PreferenceRuleError, match="at most 1"):
        PreferenceRule.parse("bool").check(["true", "true"], folders)
    with pytest.raises(PreferenceRuleError, match=f"at most {MAX_VALUES}"):
        PreferenceRule.parse("paths disks").check(["a.img"] * (MAX_VALUES + 1), folders)
    with pytest.raises(PreferenceRuleError, match=f"{MAX_VALUE_BYTES} bytes"):
        PreferenceRule.parse("text 300").check(["é" * 101], folders)


def test_present_values_stay(folders: dict[str, Path]) -> None:
    assert PreferenceRule.parse("paths disks").check(["/dev/cdrom"], folders, ["/dev/cdrom"]) == [
        "/dev/cdrom"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "float",
        "int",
        "int 2 1",
        "int a b",
        "text 0",
        "text",
        "choice",
        "path",
        "path home",
        "bool x",
        5,
        None,
    ],
)
def test_what_is_no_rule_is_an_error(text: object) -> None:
    with pytest.raises(PreferenceRuleError):
        PreferenceRule.parse(text)


@pytest.mark.parametrize("table", [[], "x", {"a b": "bool"}, {"": "bool"}, {"#a": "bool"}, {"a": "what"}])
def test_invalid_table_is_an_error(table: object) -> None:
    with pytest.raises(PreferenceRuleError):
        parse_rules(table)


def test_rules_say_what_they_allow() -> None:
    rules = parse_rules({"a": "bool", "b": "int 1 2", "c": "choice x y", "d": "text 3", "e": "path disks"})
    assert [rule.kind for rule in rules.values()] == [
        *(RuleKind.BOOL, RuleKind.INT, RuleKind.CHOICE, RuleKind.TEXT, RuleKind.PATH),
    ]
    assert [str(rule) for rule in rules.values()] == [
        "true or false",
        "a whole number from 1 to 2",
        "one of x, y",
        "a text of 1 to 3 characters",
        "a file in the folder disks",
    ]
