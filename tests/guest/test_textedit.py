"""Text editing: after an edit the lines are those of the whole text, although only a few are wrapped."""

from __future__ import annotations

import ctypes
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

SOURCES = Path(__file__).parents[2] / "guest" / "src"
CHECK = Path(__file__).parent / "c" / "wrapping.c"
TEXT_MAX = 32768

TEXTS = st.text(st.sampled_from("aaaWi -\r"), max_size=24)
EDITS = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 12), TEXTS), max_size=60)


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> ctypes.CDLL:
    """Compile the guest's textedit.c for this machine."""
    library = tmp_path_factory.mktemp("textedit") / "wrapping.so"
    options = [
        "-std=gnu11",
        "-O1",
        "-fno-builtin",
        "-Wall",
        "-Wextra",
        "-fPIC",
        "-shared",
        "-I",
        str(SOURCES),
    ]
    subprocess.run(["gcc", *options, CHECK, SOURCES / "textedit.c", "-o", library], check=True)
    loaded = ctypes.CDLL(str(library))
    for name in ("wrapping_replace", "wrapping_is_right", "wrapping_range_is_right"):
        getattr(loaded, name).restype = ctypes.c_ubyte
    return loaded


def replace(editor: ctypes.CDLL, first: int, end: int, text: str) -> bool:
    return bool(editor.wrapping_replace(first, end, text.encode("mac_roman"), len(text)))


@settings(max_examples=300, deadline=None)
@given(width=st.integers(20, 120), edits=EDITS)
def test_lines_after_each_edit_are_those_of_the_whole_text(
    editor: ctypes.CDLL, width: int, edits: list[tuple[float, int, str]]
) -> None:
    editor.wrapping_start(width)
    for place, removed, text in edits:
        length = editor.wrapping_length()
        first = round(place * length)
        end = min(first + removed, length)
        assert replace(editor, first, end, text)
        assert editor.wrapping_is_right()
        assert editor.wrapping_range_is_right(first, end - first, len(text))


def test_text_of_the_maximum_length_may_consist_of_line_ends(editor: ctypes.CDLL) -> None:
    editor.wrapping_start(100)
    for start in range(0, TEXT_MAX, 1024):
        assert replace(editor, start // 2, start // 2, "\r" * 1024)
    assert editor.wrapping_is_right()
    assert not replace(editor, 0, 0, "\r")
    assert replace(editor, 0, TEXT_MAX, "")
    assert editor.wrapping_is_right()
