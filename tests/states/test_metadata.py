import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.states import StateError, StateMetadata
from moof.states.metadata import MAX_STATE_NAME

PLAIN = StateMetadata("Before lunch", 1_700_000_000, 1024, 768, 8, 8, "0.1.0", "Moof desktop")


@given(
    st.text(st.characters(codec="utf-8", categories=["L", "N", "P"]), max_size=MAX_STATE_NAME),
    st.integers(0, 1 << 40),
)
def test_json_gives_the_same_description(name: str, saved: int) -> None:
    described = replace(PLAIN, name=name, saved=saved)
    assert StateMetadata.from_json(described.to_json()) == described


@pytest.mark.parametrize(
    "change",
    [
        {"width": 0},
        {"width": True},
        {"ram_mb": 1 << 21},
        {"name": None},
        {"name": "a\nb"},
        {"name": "x" * 81},
    ],
)
def test_values_out_of_range_are_refused(change: dict[str, object]) -> None:
    tree = {**json.loads(PLAIN.to_json()), **change}
    with pytest.raises(StateError, match="no valid value"):
        StateMetadata.from_json(json.dumps(tree).encode())


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b"\xff", b"[" * 4000])
def test_what_is_no_description_is_refused(data: bytes) -> None:
    with pytest.raises(StateError, match="damaged"):
        StateMetadata.from_json(data)


def test_description_of_an_older_version_has_no_machine() -> None:
    tree = json.loads(PLAIN.to_json())
    del tree["machine"]
    assert StateMetadata.from_json(json.dumps(tree).encode()) == PLAIN


def test_names_that_are_not_known_are_ignored() -> None:
    tree = {**json.loads(PLAIN.to_json()), "mood": "good"}
    assert StateMetadata.from_json(json.dumps(tree).encode()) == PLAIN
