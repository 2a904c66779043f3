from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from moof.media.kernel_signature import INT, NOTHING, READ_U8, WRITE_U32, ArrayType, ints, part, sources

FACTOR = 3


@part
def scaled(value: int) -> int:
    return value * FACTOR


def total(row: NDArray[np.uint8]) -> int:
    return sum(scaled(each) for each in row) + scaled(1)


def test_a_signature_has_a_result_and_arguments() -> None:
    signature = ints(4)(READ_U8, INT)
    assert (signature.result.count, signature.result.is_tuple) == (4, True)
    assert signature.arguments == (READ_U8, INT)
    assert NOTHING().result.count == 0


@pytest.mark.parametrize("kind", [READ_U8, WRITE_U32])
def test_an_array_fits_by_type_shape_and_order(kind: ArrayType) -> None:
    dtype: Any = np.dtype(kind.dtype)
    assert kind.fits(np.zeros(5, dtype), dtype)
    assert kind.fits(np.zeros(0, dtype), dtype)
    for other in (np.zeros(5, np.float32), np.zeros((5, 1), dtype), np.zeros(10, dtype)[::2], b"12345"):
        assert not kind.fits(other, dtype)


def test_sources_follow_parts_and_constants(monkeypatch: pytest.MonkeyPatch) -> None:
    before = repr([*sources(total)])
    assert "'scaled'" in before
    assert "('FACTOR', 3)" in before
    monkeypatch.setitem(total.__globals__, "FACTOR", 4)
    assert repr([*sources(total)]) != before
