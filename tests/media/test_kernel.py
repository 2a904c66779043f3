import logging
from typing import Any

import numpy as np
import pytest
from numba import njit
from numpy.typing import NDArray

import moof.media.kernel as kernel_module
import moof.media.warmup
from moof.media.kernel import INT, KERNELS, READ_U8, Kernel, kernel

assert moof.media.warmup  # enters all kernels in the list


@pytest.fixture
def count_set(monkeypatch: pytest.MonkeyPatch) -> Kernel[[NDArray[np.uint8]], int]:
    monkeypatch.setattr(kernel_module, "KERNELS", [])

    @kernel(INT(READ_U8))
    def _count_set(row: NDArray[np.uint8]) -> int:
        """How many are not zero."""
        count = 0
        for i in range(row.shape[0]):
            count += row[i] != 0
        return count

    return _count_set


def test_it_is_called_like_a_function(count_set: Kernel[[NDArray[np.uint8]], int]) -> None:
    assert count_set(np.array([0, 1, 2], np.uint8)) == 2
    assert count_set(np.frombuffer(b"\x01\x01\x01", np.uint8)) == 3  # read-only
    assert count_set.__doc__ == "How many are not zero."
    assert count_set.name.endswith("count_set")


@pytest.mark.parametrize("made", KERNELS, ids=lambda made: made.name)
def test_it_runs_without_the_gil_and_knows_one_signature(made: Kernel[..., Any]) -> None:
    compiled: Any = made.compile()
    assert compiled.targetoptions["nogil"]
    assert len(compiled.signatures) == 1


def test_other_arrays_are_refused_rather_than_compiled_for(
    count_set: Kernel[[NDArray[np.uint8]], int],
) -> None:
    strided: NDArray[np.uint8] = np.zeros(8, np.uint8)[::2]
    with pytest.raises(TypeError, match="No matching definition"):
        count_set(strided)


def test_without_a_writable_cache_it_is_compiled(
    count_set: Kernel[[NDArray[np.uint8]], int],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def without_cache(*arguments: Any, cache: bool = False, **options: Any) -> Any:
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return njit(*arguments, **options)

    monkeypatch.setattr(kernel_module, "njit", without_cache)
    with caplog.at_level(logging.WARNING):
        assert count_set(np.array([5], np.uint8)) == 1
    assert "cannot be cached" in caplog.text
