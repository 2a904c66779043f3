"""Compiled kernels compute what Python does with the same functions; what they cannot do is refused."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba.core.errors import NumbaError
from numpy.typing import NDArray

import moof.media.warmup
from moof.media.kernel import KERNELS
from moof.media.kernel_compiler import compile_function
from moof.media.kernel_signature import INT, NOTHING, READ_U8, WRITE_U8

assert moof.media.warmup  # enters all kernels in the list


def allocate(row: NDArray[np.uint8]) -> int:
    own = np.zeros(row.shape[0] + 1, np.uint8)
    own[0] = row[0]
    return len(own)


def fail(row: NDArray[np.uint8]) -> int:
    if row.shape[0] > 2:
        raise ValueError("too many")
    return 1


def test_a_kernel_that_allocates_is_refused() -> None:
    with pytest.raises(NumbaError):
        compile_function(allocate, INT(READ_U8))  # type: ignore[arg-type]


def test_a_kernel_that_raises_is_refused() -> None:
    with pytest.raises(Exception, match=r"variable|NRT"):
        compile_function(fail, INT(READ_U8))  # type: ignore[arg-type]


def test_equal_functions_become_equal_code() -> None:
    def clear(row: NDArray[np.uint8]) -> None:
        for i in range(row.shape[0]):
            row[i] = 0

    function: Any = clear
    first = compile_function(function, NOTHING(WRITE_U8))
    assert first.code == compile_function(function, NOTHING(WRITE_U8)).code


@settings(max_examples=30)
@given(
    st.integers(1, 40), st.integers(1, 20), st.sampled_from([1, 2, 4, 8]), st.randoms(use_true_random=False)
)
def test_a_kernel_computes_what_its_python_function_does(
    width: int, height: int, bits: int, random: Any
) -> None:
    (pack,) = (each for each in KERNELS if each.name == "png.pack")
    indices = np.array([random.randrange(1 << bits) for _ in range(width * height)], np.uint8)
    row_bytes = 1 + (width * bits + 7) // 8
    compiled, plain = np.zeros(height * row_bytes, np.uint8), np.zeros(height * row_bytes, np.uint8)
    pack(indices, width, height, bits, compiled)
    pack._function(indices, width, height, bits, plain)
    assert compiled.tobytes() == plain.tobytes()
