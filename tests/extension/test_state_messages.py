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

NUMBERS = st.integers(0, 2**32 - 1)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=MAX_STATE_TEXT // 4)


@given(st.builds(StateRequest, NUMBERS, st.sampled_from(StateOperation), TEXTS))
def test_request_survives_the_wire(request: StateRequest) -> None:
    assert unpack_request(pack_request(request)) == request


@given(st.builds(StateResult, NUMBERS, TEXTS))
def test_result_survives_the_wire(result: StateResult) -> None:
    assert unpack_result(pack_result(result)) == result


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
