"""The bodies of the messages about states. Their messages as a whole: test_messages.py."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moof.extension.errors import ExtensionError
from moof.extension.state_messages import (
    MAX_STATE_TEXT,
    StateOperation,
    StateRequest,
    StateResult,
    pack_request,
    pack_result,
    state_result,
    unpack_request,
    unpack_result,
)
from moof.plain_text import plain_text
from moof.sentence import Sentence

NUMBERS = st.integers(0, 2**32 - 1)
TEXTS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=MAX_STATE_TEXT // 4
)


@given(st.builds(StateRequest, NUMBERS, st.sampled_from(StateOperation), TEXTS))
def test_request_survives_the_wire(request: StateRequest) -> None:
    assert unpack_request(pack_request(request)) == request


@given(st.builds(StateResult, NUMBERS, TEXTS))
def test_result_survives_the_wire(result: StateResult) -> None:
    assert unpack_result(pack_result(result)) == result


@given(NUMBERS, TEXTS, st.dictionaries(TEXTS, TEXTS, min_size=1))
def test_sentence_survives_the_wire_with_its_values_or_as_a_text(
    number: int, text: str, values: dict[str, str]
) -> None:
    said = Sentence.received(text, f"{text}.", values)
    result = unpack_result(pack_result(StateResult(number, said)))
    assert result == StateResult(number, text)
    if isinstance(result.error, Sentence):
        assert (result.error.sentence, result.error.values) == (said.sentence, values)
    else:
        assert len("\0".join((text, said.sentence, *values, *values.values())).encode()) > MAX_STATE_TEXT


def test_names_of_files_are_plain_text_in_a_sentence() -> None:
    result = state_result(1, Sentence("No disk {disk}.", disk="a\0\x1b[2Jb"))
    received = unpack_result(pack_result(result)).error
    assert received == "No disk a\ufffdb."
    assert isinstance(received, Sentence)
    assert (received.sentence, received.values) == ("No disk {disk}.", {"disk": "a\ufffdb"})


@pytest.mark.parametrize("parts", ["", "\0", "\0a", "\0a\0b", "\0a\0n\0v\0n\0w"])
def test_parts_that_are_none_are_a_part_of_the_text(parts: str) -> None:
    received = unpack_result(bytes(4) + f"It{parts}".encode()).error
    assert received == f"It{parts}"
    assert not isinstance(received, Sentence)


def test_longer_texts_are_errors() -> None:
    with pytest.raises(ExtensionError, match="more than"):
        pack_result(StateResult(1, "x" * (MAX_STATE_TEXT + 1)))
    with pytest.raises(ExtensionError, match="more than"):
        unpack_result(bytes(4 + MAX_STATE_TEXT + 1))


@given(st.text(max_size=2 * MAX_STATE_TEXT))
def test_error_that_is_too_long_is_cut(said: str) -> None:
    result, error = state_result(3, said), plain_text(said)
    assert unpack_result(pack_result(result)) == result
    assert error.startswith(result.error)
    assert len(error.encode()) <= MAX_STATE_TEXT + 3 or len(result.error.encode()) > MAX_STATE_TEXT - 4
