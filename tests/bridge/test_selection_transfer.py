"""Answers to the request for a selection's text: encodings, pieces, lengths."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.bridge.selection_transfer import MAX_PIECES, SelectionTransfer
from moof.extension import MAX_CLIPBOARD_BYTES


def test_targets_are_tried_until_there_is_none_left() -> None:
    transfer, tried = SelectionTransfer(), []
    while not transfer.ended:
        tried.append(transfer.target)
        transfer.refused()
    assert tried == ["UTF8_STRING", "text/plain;charset=utf-8", "STRING"]
    assert transfer.text is None


@pytest.mark.parametrize(
    ("refusals", "data", "text"),
    [
        (0, "Größe\r\n漢字\0".encode(), "Größe\n漢字"),
        (0, b"in\xffvalid \xc3", "in\ufffdvalid \ufffd"),
        (2, b"Gr\xf6\xdfe", "Größe"),
        (0, b"", None),
        (0, b"\0", None),
        (0, b"x" * MAX_CLIPBOARD_BYTES, "x" * MAX_CLIPBOARD_BYTES),
        (0, b"x" * (MAX_CLIPBOARD_BYTES + 1), ""),
        (2, b"\xe9" * MAX_CLIPBOARD_BYTES, ""),
    ],
)
def test_a_whole_text(refusals: int, data: bytes, text: str | None) -> None:
    transfer = SelectionTransfer()
    for _ in range(refusals):
        transfer.refused()
    transfer.received(data, more=False)
    assert (transfer.text, transfer.ended) == (text, True)


def test_a_whole_text_of_which_there_is_more_is_too_long() -> None:
    transfer = SelectionTransfer()
    transfer.received(b"x" * 100, more=True)
    assert (transfer.text, transfer.ended) == ("", True)


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1), st.integers(1, 7))
def test_pieces_are_joined_at_any_boundaries(text: str, size: int) -> None:
    data, transfer = text.encode(), SelectionTransfer(incremental=True)
    for at in range(0, len(data), size):
        transfer.received(data[at : at + size], more=False)
        assert not transfer.ended
    transfer.received(b"", more=False)
    assert (transfer.text, transfer.ended) == (text, True)


def test_pieces_of_a_text_that_is_too_long_are_taken_to_the_end() -> None:
    transfer = SelectionTransfer(incremental=True)
    for _ in range(100):
        transfer.received(b"x" * 50_000, more=False)
        transfer.received(b"x" * 50_000, more=True)
        assert not transfer.ended
        assert len(transfer._data) <= MAX_CLIPBOARD_BYTES
    assert transfer.text == ""
    transfer.received(b"", more=False)
    assert (transfer.text, transfer.ended) == ("", True)


def test_pieces_without_end_are_not_taken_for_ever() -> None:
    transfer = SelectionTransfer(incremental=True)
    for _ in range(MAX_PIECES):
        transfer.received(b"x", more=False)
    assert transfer.ended
